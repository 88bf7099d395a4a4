"""Documents that become protocols: the built-in ones and the reading of others."""
