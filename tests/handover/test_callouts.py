"""Which strings make one callout: told by the result, and found again where it tells nothing."""

from placed import read_paper

from ocr_tasks.contract import Item, Result
from ocr_tasks.handover.callouts import callouts

EM_PX = 3.5 * 200.0 / 25.4


def below(item: Item, text: str, item_id: int) -> Item:
    """Return another string right under ITEM."""
    (left, top), (right, _), *_ = item.quad_px
    quad = (
        (left, top + 1.3 * EM_PX),
        (right, top + 1.3 * EM_PX),
        (right, top + 2.3 * EM_PX),
        (left, top + 2.3 * EM_PX),
    )
    return item.model_copy(update={"item_id": item_id, "text": text, "raw_text": text, "quad_px": quad})


def stacked() -> Result:
    from ocr_tasks.stages.postprocess.meaning import drawing_meaning

    paper = read_paper("4x ⌀9 THRU", "DETAIL B (2:1)", "1. REMOVE ALL BURRS")
    items = [*paper.items, below(paper.items[0], "⌴ ⌀14 ↧8", 3), below(paper.items[2], "AND SHARP EDGES", 4)]
    meant = drawing_meaning(paper.pages, items)
    told = {"items": tuple(meant.items), "notes": tuple(meant.notes), "note_items": tuple(meant.note_items)}
    return paper.model_copy(update={**told, "sheets": tuple(meant.sheets)})


def test_a_result_tells_what_hangs_on_what() -> None:
    result = stacked()
    assert {item.text: item.hangs_on for item in result.items if item.hangs_on is not None} == {"⌴ ⌀14 ↧8": 0}
    assert result.note_items == ((2, 4),)
    (view,) = result.sheets[0].views or ()
    assert (view.name, view.scale, view.item_ids) == ("DETAIL B", "2:1", (1,))
    assert Result.model_validate_json(result.model_dump_json()) == result


def test_callouts_are_those_that_the_result_tells() -> None:
    result = stacked()
    assert [(callout.kind, callout.item_ids) for callout in callouts(result)] == [
        ("diameter", (0, 3)),
        ("note", (2, 4)),
    ]
    assert callouts(result)[1].text == "1. REMOVE ALL BURRS AND SHARP EDGES"
    apart = [item.model_copy(update={"hangs_on": None}) for item in result.items]
    assert [callout.item_ids for callout in callouts(result.model_copy(update={"items": tuple(apart)}))] == [
        (0,),
        (3,),
        (2, 4),
    ]


def test_an_older_result_gives_the_same_callouts() -> None:
    result = stacked()
    data = result.model_dump(mode="json")
    del data["note_items"]
    for item in data["items"]:
        del item["hangs_on"]
    for sheet in data["sheets"]:
        del sheet["views"]
    older = Result.model_validate(data)
    assert older.note_items is None
    assert [callout.item_ids for callout in callouts(older)] == [callout.item_ids for callout in callouts(result)]
