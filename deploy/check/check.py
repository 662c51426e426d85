"""Reads the files for HTCondor and Kubernetes as those will, and does here what they tell the nodes to do.

check.py ROOT JOB_ADS_PYTHON BUNDLE JETS

- HTCondor's own parsers read the DAG and the submit files. Every job they describe runs here, as does the merge.
- The Jobs are checked against the schemas of Kubernetes. Every pod's command line runs here with its environment.
- What was merged is the same as a single run's: byte by byte, but for the report's throughput.
- Each check is also shown a broken file, which it must refuse.
"""

import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys
import tempfile

import htcondor2
import kubernetes_validate
import yaml

root, job_ads_python, bundle, jets = [pathlib.Path(argument).absolute() for argument in sys.argv[1:]]
deploy = root / "deploy"
SAMPLES = 60
# The oldest one in which everything used is stable, and the newest one known here.
KUBERNETES_VERSIONS = ["1.33.0", "1.37.0"]


def main():
    with tempfile.TemporaryDirectory() as name:
        work = pathlib.Path(name)
        command = jet_iqn(work)
        htcondor_dag(work)
        condor = htcondor_jobs(work / "htcondor", command)
        pods = kubernetes_jobs(work / "kubernetes", command)
        for out, verb, model, table in [
            (condor, "sample", bundle, jets),
            # By the names that the pods know them by: a report says them.
            (pods, "study", pods / "../models/simulation", pods / "../jets.parquet"),
        ]:
            run([command, verb, model, table, "--output", out / "single", "--samples", SAMPLES, "--quiet"])
            same(out / "merged", out / "single")


def jet_iqn(work):
    """The command that stands for an installation."""
    command = work / "jet-iqn"
    command.write_text(f'#!/bin/sh\nexec node "{root}/dist/src/cli/main.js" "$@"\n')
    command.chmod(0o755)
    return command


def htcondor_dag(work):
    # The parser wants to name the executable; it is not run.
    dagman = work / "condor_dagman"
    dagman.write_text("#!/bin/sh\nexit 1\n")
    dagman.chmod(0o755)
    os.environ["PATH"] = f"{work}:{os.environ['PATH']}"
    folder = work / "dag"
    shutil.copytree(deploy / "htcondor", folder)
    os.chdir(folder)
    htcondor2.Submit.from_dag("study.dag")
    nodes = re.findall(r"^JOB (\w+) (\S+)$", pathlib.Path("study.dag").read_text(), re.MULTILINE)
    assert [node for node, _ in nodes] == ["shards", "merge"], nodes
    assert all(pathlib.Path(file).exists() for _, file in nodes), nodes
    pathlib.Path("broken.dag").write_text(pathlib.Path("study.dag").read_text().replace("PARENT", "PARNT"))
    # Past Python, straight to standard error: a line that looks as if something had failed.
    stderr = os.dup(2)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    try:
        htcondor2.Submit.from_dag("broken.dag")
    except htcondor2.HTCondorException:
        say("HTCondor's parser reads the DAG, and refuses a broken one")
    else:
        raise AssertionError("HTCondor's parser took a broken DAG")
    finally:
        os.dup2(stderr, 2)


def htcondor_jobs(work, command):
    """Runs the jobs of the DAG one after the other; their output folder."""
    out = work / "out"
    shutil.copytree(deploy / "htcondor", work)
    settings = dict(jet_iqn=command, action="sample", bundle=bundle, jets=jets, out=out, samples=SAMPLES)
    text = (work / "settings.sub").read_text()
    for name, value in settings.items():
        text, found = re.subn(rf"^{name}( *)=.*$", rf"{name}\1= {value}", text, flags=re.MULTILINE)
        assert found == 1, f"settings.sub has no {name}"
    (work / "settings.sub").write_text(text)
    count = int(re.search(r"^shards *= *(\d+)$", text, re.MULTILINE)[1])
    shards = job_ads(work, "shards.sub", count)
    assert len(shards) == count
    for ad in shards:
        assert ad["JobMaxRetries"] == "3" and "ExitCode is 2" in ad["OnExitRemove"], ad
        run([ad["Cmd"], *shlex.split(ad["Arguments"])], cwd=work)
    [merge] = job_ads(work, "merge.sub", 1)
    run([merge["Cmd"], *shlex.split(merge["Arguments"])], cwd=work)
    say(f"HTCondor's parser makes {count} jobs and a merge of the submit files, and they run")
    return out


def job_ads(folder, file, count):
    python = [job_ads_python, deploy / "check" / "job_ads.py", file, str(count)]
    return json.loads(subprocess.run(python, cwd=folder, check=True, capture_output=True, text=True).stdout)


def kubernetes_jobs(work, command):
    """Runs the pods of both Jobs one after the other; the folder that stands for the volume's /data/out."""
    jobs = {}
    for file in sorted((deploy / "kubernetes").glob("*.yaml")):
        for document in yaml.safe_load_all(file.read_text()):
            for version in KUBERNETES_VERSIONS:
                kubernetes_validate.validate(document, version, strict=True)
            jobs[document["metadata"]["name"]] = document
    broken = yaml.safe_load((deploy / "kubernetes" / "shards.yaml").read_text())
    broken["spec"]["backOffLimitPerIndex"] = broken["spec"].pop("backoffLimitPerIndex")
    try:
        kubernetes_validate.validate(broken, KUBERNETES_VERSIONS[0], strict=True)
    except kubernetes_validate.ValidationError:
        say(f"The Jobs fit the schemas of Kubernetes {' and '.join(KUBERNETES_VERSIONS)}; a broken one does not")
    else:
        raise AssertionError("the schema took a misspelt field")

    data = work / "data"
    (data / "models").mkdir(parents=True)
    (data / "models" / "simulation").symlink_to(bundle)
    (data / "jets.parquet").symlink_to(jets)
    spec = jobs["jet-iqn-shards"]["spec"]
    [container] = spec["template"]["spec"]["containers"]
    environment = {entry["name"]: entry.get("value") for entry in container["env"]}
    assert environment["JET_IQN_SHARDS"] == str(spec["completions"]), "completions and JET_IQN_SHARDS differ"
    for index in range(spec["completions"]):
        environment["JOB_COMPLETION_INDEX"] = str(index)
        arguments = [expand(argument, environment, data) for argument in container["args"]]
        arguments = [f"--samples={SAMPLES}" if "--samples" in argument else argument for argument in arguments]
        run([command, *arguments], env={**os.environ, **environment})
    [container] = jobs["jet-iqn-merge"]["spec"]["template"]["spec"]["containers"]
    run([expand(argument, {}, data) for argument in container["command"]])
    say(f"{spec['completions']} pods and the merge run")
    return data / "out"


def expand(argument, environment, data):
    """$(NAME) as the kubelet expands it, and the volume where it is here."""
    expanded = re.sub(r"\$\((\w+)\)", lambda match: environment[match[1]], argument)
    return expanded.replace("/data/", f"{data}/")


def same(merged, single):
    """Every file of the two folders. The page repeats the report, throughput included."""
    names = sorted(path.relative_to(single) for path in single.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(merged) for path in merged.rglob("*") if path.is_file()), names
    assert names
    for name in names:
        if name.name == "report.html":
            continue
        ours, theirs = [(folder / name).read_bytes() for folder in (merged, single)]
        if name.name == "report.json":
            ours, theirs = [{**json.loads(text), "throughput": None} for text in (ours, theirs)]
        assert ours == theirs, f"{merged / name} is not what a single run makes"
    say(f"merged and single run are the same in {len(names)} files")


def run(arguments, **options):
    quiet = dict(check=True, stdout=subprocess.DEVNULL)
    subprocess.run([str(argument) for argument in arguments], **{**quiet, **options})


def say(line):
    print(line, flush=True)


main()
