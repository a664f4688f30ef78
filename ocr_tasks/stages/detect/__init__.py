"""Where strings stand: the detector's boxes, cut, joined and fitted to ink; what it missed is looked for in the ink."""
