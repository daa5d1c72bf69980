"""What is imported from any table: its form and columns, named or guessed and told, and a board in the right order."""

from fractions import Fraction
from pathlib import Path

import pytest

from imported_oracle import entry_named, read_back
from proofboard.record.any_table.importer import read_csv, read_jsonl
from table_source import board, csv_text, faults, imported, means, rows_of, scores

LONG = "model,task,acc\nacme/a,t1,1\nacme/a,t2,0\nb,t1,1\nb,t2,1\n"
WIDE = "Model,Task A,Task B\nx,0.5,0.25\ny,1,0.75\n"


def test_a_long_table_becomes_a_board_in_the_order_of_its_means(tmp_path: Path) -> None:
    found = imported(tmp_path, LONG)
    assert found.notes[0] == "columns: entry = model, item = task, score = acc"
    assert board(found, tmp_path) == {"b": 1.0, "acme/a": 0.5}
    read_back(found, tmp_path / "again")


def test_a_wide_table_has_an_item_for_each_column_of_scores(tmp_path: Path) -> None:
    found = imported(tmp_path, WIDE)
    assert [item.title for item in found.items] == ["Task A", "Task B"]
    assert board(found, tmp_path) == {"y": 0.875, "x": 0.375}


def test_a_table_with_items_in_its_rows_has_an_entry_for_each_column_of_scores(tmp_path: Path) -> None:
    found = imported(tmp_path, "question_id,difficulty,gpt-4,claude\nq1,easy,1,0\nq2,hard,1,1\n")
    assert found.items[0].facets == {"difficulty": "easy"}
    assert board(found, tmp_path) == {"gpt-4": 1.0, "claude": 0.5}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LONG, {}),
        ("who,what,how\nacme/a,t1,1\nacme/a,t2,0\nb,t1,1\nb,t2,1\n", {"entry": "who", "item": "what", "score": "how"}),
        ("model,t1,t2\nacme/a,1,0\nb,1,1\n", {}),
        ("x,t1,t2\nacme/a,1,0\nb,1,1\n", {"form": "wide", "entry": "x"}),
        ("task,acme/a,b\nt1,1,1\nt2,0,1\n", {}),
        ("x,acme/a,b\nt1,1,1\nt2,0,1\n", {"form": "wide-items", "item": "x"}),
    ],
)
def test_every_form_of_the_same_scores_gives_the_same_board(text: str, said: dict[str, str], tmp_path: Path) -> None:
    assert means(imported(tmp_path, text, **said)) == {"acme/a": Fraction(1, 2), "b": 1}


def test_a_guess_is_told_with_what_was_left_out(tmp_path: Path) -> None:
    text = "Model,Question ID,Accuracy,Level,Notes\na,q1,1,easy,odd\na,q2,0,hard,\nb,q1,0,easy,\nb,q2,0,hard,\n"
    (told,) = imported(tmp_path, text).notes
    assert told == (
        "columns: entry = Model, item = Question ID, score = Accuracy; facet Level = Level; left out: Notes"
    )


def test_a_guess_does_not_depend_on_the_order_of_the_columns(tmp_path: Path) -> None:
    rows = [row.split(",") for row in LONG.splitlines()]
    for order in ((0, 1, 2), (2, 1, 0), (1, 2, 0)):
        turned = csv_text([row[place] for place in order] for row in rows)
        assert means(imported(tmp_path, turned)) == {"acme/a": Fraction(1, 2), "b": 1}


def test_two_columns_that_may_name_the_entries_are_refused_with_what_would_settle_it(tmp_path: Path) -> None:
    text = "model,system,task,score\na,s,t,1\na,s2,t,0\n"
    (reason,) = faults(tmp_path, text)
    assert "could be model, system" in reason
    assert "--column entry=model, --column entry=system, together --column entry=model+system" in reason
    assert means(imported(tmp_path, text, entry="model+system")) == {"a s": 1, "a s2": 0}
    read_back(imported(tmp_path, text, entry="model+system"), tmp_path / "benchmark")


def test_several_columns_of_scores_are_refused_or_taken_as_metrics(tmp_path: Path) -> None:
    text = "model,task,acc,f1\na,t,1,0.5\nb,t,0,0.75\n"
    (reason,) = faults(tmp_path, text)
    assert "--column score=acc, --column score=f1" in reason
    assert "--column score.acc=acc --column score.f1=f1" in reason
    found = imported(tmp_path, text, score__acc="acc", score__f1="f1")
    assert (found.benchmark.headline, list(found.benchmark.metrics)) == ("acc", ["acc", "f1"])
    assert list(board(found, tmp_path)) == ["a", "b"]
    chosen = imported(tmp_path, text, score__acc="acc", score__f1="f1", headline="f1")
    assert list(board(chosen, tmp_path / "2")) == ["b", "a"]


def test_two_names_of_one_thing_are_no_two_guesses(tmp_path: Path) -> None:
    text = "model_id,model_name,task,score\n1,One,t,1\n2,Two,t,0\n1,One,u,1\n2,Two,u,0\n"
    assert imported(tmp_path, text).notes[0].startswith("columns: entry = model_id, item = task")


def test_of_several_items_the_one_that_tells_rows_apart_is_taken(tmp_path: Path) -> None:
    text = "dataset,question,model,score\nd,q1,a,1\nd,q2,a,0\ne,q3,a,1\nd,q1,b,1\nd,q2,b,1\ne,q3,b,1\n"
    found = imported(tmp_path, text)
    assert [item.id for item in found.items] == ["q1", "q2", "q3"]
    assert found.benchmark.facets["dataset"].values == ["d", "e"]


def test_items_may_be_named_by_several_columns(tmp_path: Path) -> None:
    text = "model,subject,idx,correct\na,x,1,1\na,y,1,0\nb,x,1,1\nb,y,1,1\n"
    assert [item.id for item in imported(tmp_path, text, item="subject+idx").items] == ["x-1", "y-1"]


def test_a_column_whose_name_nobody_knows_is_found_by_what_stands_in_it(tmp_path: Path) -> None:
    text = "Modell,Aufgabe,Punkte\nA,t1,0.5\nA,t2,1\nB,t1,0\nB,t2,0\n"
    told = imported(tmp_path, text, entry="Modell").notes[0]
    assert told == "columns: entry = Modell, item = Aufgabe, score = Punkte"


def test_a_table_that_nobody_can_guess_is_refused_with_its_columns(tmp_path: Path) -> None:
    (reason,) = faults(tmp_path, "Modell,Aufgabe,Punkte\nA,t1,0.5\nB,t1,0\n")
    assert "no column is known to name the entries or the items" in reason
    assert "--column entry=COLUMN" in reason
    assert "there are Modell, Aufgabe, Punkte" in reason


def test_every_wrong_role_column_and_choice_is_refused_at_once(tmp_path: Path) -> None:
    found = faults(tmp_path, LONG, item="nope", colour="model", form="tall", facet__level="Level")
    assert len(found) == 4
    assert any("--column item=nope: there is no such column; there are model, task, acc" in one for one in found)
    assert any("--column colour=…: is no role; roles are entry, " in one for one in found)
    assert any("expected one of long, wide, wide-items" in one for one in found)


@pytest.mark.parametrize(
    ("text", "said", "reason"),
    [
        (WIDE, {"form": "wide", "output": "Task A"}, "--column output=…: the form wide has no such column"),
        (WIDE, {"facet__x": "Task A"}, "--column facet.NAME=…: the form wide has no such columns"),
        (LONG, {"form": "long", "item__x": "task"}, "--column item.NAME=…: the form long has no such columns"),
        (LONG, {"headline": "f1"}, "there is no metric 'f1'; there are acc"),
        (LONG, {"direction__f1": "lower"}, "there is no metric 'f1'; there are acc"),
    ],
)
def test_what_a_form_does_not_have_is_refused(text: str, said: dict[str, str], reason: str, tmp_path: Path) -> None:
    assert any(reason in one for one in faults(tmp_path, text, **said))


def test_columns_of_a_wide_table_may_be_chosen_named_and_left_out(tmp_path: Path) -> None:
    assert [item.id for item in imported(tmp_path, WIDE, item__alpha="Task A").items] == ["alpha"]
    assert [item.title for item in imported(tmp_path, WIDE, ignore="Task A").items] == ["Task B"]


def test_what_describes_a_system_is_no_item_of_a_wide_table(tmp_path: Path) -> None:
    text = (
        "Model,Average ⬆️,IFEval,BBH,Type,#Params (B),Max Tokens,Available on the hub\n"
        "a/b,50.2,60.1,40.3,chat,7.2,512,True\nc/d,70,80.5,59.5,base,70,8192,False\n"
    )
    found = imported(tmp_path, text)
    assert [item.title for item in found.items] == ["IFEval", "BBH"]
    assert "left out: Type, #Params (B), Max Tokens, Available on the hub" in found.notes[0]
    assert board(found, tmp_path) == {"c/d": 0.7, "a/b": 0.502}


def test_facets_may_be_named(tmp_path: Path) -> None:
    text = "model,task,score,Sprache,Stufe\na,t,1,de,1\na,u,0,en,2\n"
    found = imported(tmp_path, text, facet__language="Sprache", facet="Stufe")
    assert found.benchmark.facets["language"].role == "language"
    assert [item.facets for item in found.items] == [{"language": "de", "stufe": "1"}, {"language": "en", "stufe": "2"}]
    rows_of(found, tmp_path)


def test_a_row_without_a_facet_has_the_value_unstated(tmp_path: Path) -> None:
    found = imported(tmp_path, "model,task,score,level\na,t,1,x\na,u,0,\na,v,0,y\n")
    assert [item.facets["level"] for item in found.items] == ["x", "unstated", "y"]


def test_rows_that_contradict_each_other_on_an_item_are_refused_with_their_lines(tmp_path: Path) -> None:
    text = "model,task,score,lvl\na,t,1,x\nb,t,1,y\n"
    assert faults(tmp_path, text, facet__level="lvl") == [
        "table.csv:3: lvl of the item 't' is 'y', and 'x' on line 2; an item has one"
    ]


def test_prompts_references_and_clusters_are_those_of_the_items(tmp_path: Path) -> None:
    text = "model,item,score,question,gold,cluster\na,i1,1,What?,x,c1\na,i2,0,Why?,y,c1\n"
    found = imported(tmp_path, text)
    assert [(item.prompt, item.reference, item.cluster) for item in found.items] == [
        ("What?", "x", "c1"),
        ("Why?", "y", "c1"),
    ]
    rows_of(found, tmp_path)


def test_items_that_are_named_by_their_question_have_it_as_their_prompt(tmp_path: Path) -> None:
    found = imported(tmp_path, "model,question,score\na,What is it?,1\na,And why?,0\n")
    assert [(item.id, item.prompt) for item in found.items] == [("what-is-it", "What is it?"), ("and-why", "And why?")]


def test_a_name_with_a_slash_names_its_vendor(tmp_path: Path) -> None:
    found = imported(tmp_path, LONG)
    assert [entry.configuration.name for entry in found.entries] == ["acme/a", "b/b"]


def test_vendors_models_and_configurations_may_have_columns_of_their_own(tmp_path: Path) -> None:
    text = "vendor,config_name,model,item,score\nAcme AI,cot,m-1,i,1\nAcme AI,direct,m-1,i,0\n"
    found = imported(tmp_path, text)
    cot = entry_named(found, "cot").configuration
    assert (cot.name, cot.model_name(), cot.settings) == ("acme-ai/cot", "m-1", {"config_name": "cot"})
    assert found.benchmark.vendors["acme-ai"].organization == "Acme AI"
    assert [row["rank"] for row in rows_of(found, tmp_path)] == [1, 2], "one model in two ways is no recipe twice"


def test_names_that_would_share_an_id_are_told_apart(tmp_path: Path) -> None:
    found = imported(tmp_path, "model,task,score\nGPT 4,t,1\ngpt-4,t,0.5\nGPT/4,t,0.25\n")
    names = [entry.configuration.name for entry in found.entries]
    assert names[0] == "gpt/gpt-4"
    assert len(set(names)) == 3
    assert board(found, tmp_path) == {"GPT 4": 1.0, "gpt-4": 0.5, "GPT/4": 0.25}


@pytest.mark.parametrize(
    "name",
    [
        "=cmd|' /C calc'!A0",
        "@SUM(A1)",
        "-2+3",
        "<script>alert(1)</script>",
        "a\x00b\x1b[31m",
        "😀",
        "模型 一",
        "no",
        "1e5",
        "x" * 500,
    ],
)
def test_any_text_may_name_an_entry_and_stays_what_it_is(name: str, tmp_path: Path) -> None:
    found = imported(tmp_path, csv_text([("model", "task", "score"), (name, "t", 1), ("other", "t", 0)]))
    read_back(found, tmp_path / "again")
    assert list(board(found, tmp_path)) == [name, "other"]


def test_a_name_that_is_too_long_or_absent_is_refused_with_its_line(tmp_path: Path) -> None:
    found = faults(tmp_path, csv_text([("model", "task", "score"), ("x" * 501, "t", 1), ("", "t", 0), ("a", " ", 0)]))
    assert [one.partition(" ")[0] for one in found] == ["table.csv:2:", "table.csv:3:", "table.csv:4:"]
    assert "expected a name of at most 500 characters" in found[0]
    assert "model is empty, expected a name" in found[1]
    assert "task is empty, expected a name" in found[2]


def test_a_folder_of_tables_is_one_table_and_names_what_it_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("model,task,score\na,t,1\n")
    (tmp_path / "b.csv").write_text("task,model,score\nt,b,0\n")
    (tmp_path / "c.csv").write_text("model,task,points\nc,t,0\n")
    (tmp_path / "d.csv").write_bytes(b"model,task,score\n\xff,t,0\n")
    (tmp_path / "README.md").write_text("# Results\n")
    found = read_csv(tmp_path)
    assert means(found) == {"a": 1, "b": 0}
    assert [(fault.file, fault.line) for fault in found.refused] == [("d.csv", 2), ("c.csv", 0)]
    assert "lacks score and has points besides" in found.refused[1].reason
    assert any("README.md" in note for note in found.notes)


def test_a_folder_without_a_table_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Results\n")
    with pytest.raises(Exception, match=r"holds no file that ends with \.csv or"):
        read_csv(tmp_path)


def test_all_faults_of_a_folder_are_named_where_nothing_can_be_read(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("")
    (tmp_path / "b.csv").write_text("a,a\n1,2\n")
    with pytest.raises(Exception, match=r"(?s)a\.csv: is empty.*b\.csv:1: names a twice"):
        read_csv(tmp_path)


def test_files_that_name_no_entry_are_one_entry_each(tmp_path: Path) -> None:
    (tmp_path / "gpt-4.csv").write_text("item,score\ni,1\nj,1\n")
    (tmp_path / "claude.csv").write_text("item,score\ni,1\nj,0\n")
    found = read_csv(tmp_path)
    assert found.notes[0] == "columns: entry = (file), item = item, score = score"
    assert means(found) == {"claude": Fraction(1, 2), "gpt-4": 1}
    sources = {entry.bundles[0].source.name for entry in found.entries if entry.bundles[0].source}
    assert sources == {"gpt-4.csv: gpt-4", "claude.csv: claude"}


def test_lines_of_json_may_leave_out_what_they_have_nothing_in(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text('{"model":"a","task":"t","score":1}\n')
    (tmp_path / "b.jsonl").write_text('{"model":"b","task":"t","score":0,"error":"late"}\n')
    (tmp_path / "c.jsonl").write_text('{"model":"c","task":"t"}\n')
    found = read_jsonl(tmp_path)
    assert scores(found) == {("a", "t", 0): 1, ("b", "t", 0): 0}
    assert [fault.file for fault in found.refused] == ["c.jsonl"]


def test_a_source_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="is not there"):
        read_csv(tmp_path / "absent.csv")
