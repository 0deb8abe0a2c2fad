"""Maps: the same question for a whole grid of neurons, on one core, all cores, a cluster or a graphics card."""
