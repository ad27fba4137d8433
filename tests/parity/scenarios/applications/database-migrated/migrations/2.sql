insert into goods values ('a', 10), ('b', 20);
