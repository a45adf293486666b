"""`bench load`: many sockets, many replies, for a long time, and some sockets that are stuck."""
