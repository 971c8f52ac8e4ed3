"""Cohort page, audit and case sheets."""
