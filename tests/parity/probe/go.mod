module hybridcompose/probe

go 1.24
