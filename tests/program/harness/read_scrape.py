#!/usr/bin/env python3
"""Reads the text of a scrape as Prometheus' own client does, and prints it sample by sample:
NAME{LABEL=VALUE,…} TAB NUMBER, with the labels in the order of their names, or without labels and
braces. Before those of each metric comes "TYPE NAME TAB TYPE". Usage: read_scrape.py FILE"""
import sys

from prometheus_client.parser import text_string_to_metric_families

with open(sys.argv[1], encoding="utf-8") as file:
    text = file.read()
for family in text_string_to_metric_families(text):
    print(f"TYPE {family.name}\t{family.type}")
    if not family.documentation:
        sys.exit(f"{family.name}: no help")
    for sample in family.samples:
        labels = ",".join(f"{name}={value}" for name, value in sorted(sample.labels.items()))
        print(f"{sample.name}{{{labels}}}\t{sample.value}" if labels
              else f"{sample.name}\t{sample.value}")
