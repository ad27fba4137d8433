module observed/probe

go 1.21
