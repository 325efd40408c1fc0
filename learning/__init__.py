"""Cầm Tay: the e-learning platform with which a province trains its commune officials."""
