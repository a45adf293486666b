"""`bench caps`: whether limits hold to the last token while many spend at once."""
