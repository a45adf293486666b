"""The REST API: the same doings as the desk's and the widget's, for programs."""
