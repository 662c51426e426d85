"""Prints the job ads of an HTCondor submit file as JSON: job_ads.py FILE COUNT, in the file's folder."""

import json
import sys

import htcondor

path, count = sys.argv[1], int(sys.argv[2])
with open(path) as file:
    submit = htcondor.Submit(file.read())
names = ["Cmd", "Arguments", "RequestCpus", "RequestMemory", "JobMaxRetries", "OnExitRemove"]
print(json.dumps([{name: str(ad.get(name)) for name in names} for ad in submit.jobs(count=count)]))
