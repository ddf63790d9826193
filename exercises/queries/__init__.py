"""The doors to exercises and to what is written. Each takes `viewer=`; none writes."""
