create table goods (name text, price int);
