"""Manifest → measured card: resolve, plan, run what is missing, render, write."""
