"""The builder: what may be done to exercises themselves, and the forms that the schema draws for each kind of step."""
