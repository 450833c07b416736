"""What becomes of the rows of a customer list."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import pytest

from genjin.customers.actions import (
    change_customer,
    create_contact,
    create_customer,
    create_tag,
    tag_customers,
)
from genjin.customers.models import Contact, ContactPoint, Customer, DimensionChange
from genjin.exchange import import_actions, run_actions
from genjin.exchange.importing.reports import write_report
from genjin.exchange.models import Import
from genjin.exchange.reading import read
from genjin.journal.models import Entry
from genjin.notifications.models import Notice

pytestmark = pytest.mark.django_db

LIST = """公司名称,国家,网址,联系人,邮箱,电话,跟进等级,备注
Marmara Teknik A.Ş.,土耳其,www.marmara.example,Elif Demirkan,elif@marmara.example,+90 212 555 01 01,高,fair
MARMARA TEKNIK,Turkey,,Mehmet Kaya,mehmet@marmara.example,,,
Nordhafen GmbH,Deutschland,nordhafen.example,Jan Voss,jan@nordhafen.example,,中,
,Deutschland,,Nobody,nobody@x.example,,,
Falsch AG,Atlantis,,Max,max@falsch.example,,,
Bad Mail Ltd,UK,,Bo,bo.at.mail,,,
"""


def verdicts(job: Import) -> list[str]:
    return list(job.rows.order_by("number").values_list("verdict", flat=True))


EXPECTED = ["NEW", "NEW", "NEW", "ERROR", "ERROR", "ERROR"]


def test_a_dry_run_says_what_the_import_then_does(bring, work, people):
    job = work(bring(LIST), "check")
    assert (job.state, verdicts(job)) == ("CHECKED", EXPECTED)
    assert not Customer.objects.exists()
    job = work(job, "import")
    assert (job.state, verdicts(job)) == ("DONE", EXPECTED)
    assert job.counts == {"NEW": 3, "ERROR": 3}
    marmara, nordhafen = Customer.objects.order_by("pk")
    assert (marmara.name, marmara.country_id, marmara.owner) == ("Marmara Teknik A.Ş.", "TR", people.lin)
    assert sorted(marmara.contacts.values_list("name", flat=True)) == ["Elif Demirkan", "Mehmet Kaya"]
    assert ContactPoint.objects.get(kind="PHONE").normalised == "+902125550101"
    assert (nordhafen.follow_grade, nordhafen.country_id) == ("MID", "DE")
    assert DimensionChange.objects.get(customer=nordhafen).cause == "IMPORT"


def test_every_record_is_journalled_and_the_import_once(bring, work):
    job = work(bring(LIST), "import")
    entries = Entry.objects.filter(via="IMPORT", request_id=job.door)
    assert entries.filter(kind="customers.customer", verb="create").count() == 2
    assert entries.filter(kind="customers.contact", verb="create").count() == 3
    told = entries.get(kind="exchange.import")
    assert (told.verb, told.changes["rows"], told.changes["NEW"]) == ("complete", [None, 6], [None, 3])


def test_importing_the_same_list_again_brings_nothing_new(bring, work):
    work(bring(LIST), "import")
    again = work(bring(LIST), "import")
    assert verdicts(again) == ["SAME", "SAME", "SAME", "ERROR", "ERROR", "ERROR"]
    assert (Customer.objects.count(), Contact.objects.count()) == (2, 3)


def test_a_column_whose_heading_names_no_dimension_must_be_chosen(people, moment):
    job = import_actions.bring(
        kind="customers", stream=BytesIO("客户名称,客户等级\nAcme,A\n".encode()), name="l.csv", by=people.lin,
        at=moment,
    )  # fmt: skip
    assert job.columns == ["customer.name", ""]
    problems = import_actions.choose_columns(
        job=job, columns=job.columns, options={}, by=people.lin, at=moment
    )
    assert set(problems) == {1}


def test_columns_are_remembered_for_the_same_headings(bring, people, moment):
    text = "客户名称,客户等级\nAcme,A\n"
    bring(text, columns=["customer.name", "customer.value_class"])
    again = import_actions.bring(
        kind="customers", stream=BytesIO(text.encode()), name="m.csv", by=people.wang, at=moment
    )
    assert again.columns == ["customer.name", "customer.value_class"]


def test_a_letter_of_another_dimension_is_an_error_not_a_guess(bring, work):
    job = work(bring("客户名称,跟进等级\nAcme,A\n"), "check")
    assert verdicts(job) == ["ERROR"]


def test_the_letters_of_the_relationship_class_are_understood_once_the_column_is_said_to_mean_it(bring, work):
    words = ("A", "b类", "潜在", "class D", "VIP", "E")
    text = "Company,Level\n" + "".join(f"Firm {word} {n},{word}\n" for n, word in enumerate(words))
    job = work(bring(text, columns=["customer.name", "customer.relationship_class"]), "import")
    assert verdicts(job) == ["NEW"] * 5 + ["ERROR"]
    found = Customer.objects.order_by("pk").values_list("relationship_class", flat=True)
    assert list(found) == ["VIP", "SEED", "PROSPECT", "INTERRUPTED", "VIP"]


@pytest.mark.parametrize(
    ("existing", "city", "phone", "verdict"),
    [("fill", "Izmir", "1234567", "UPDATE"), ("overwrite", "Ankara", "1234567", "UPDATE"),
     ("skip", "Izmir", "", "DUPLICATE")],
)  # fmt: skip
def test_a_known_customer_is_filled_overwritten_or_left(
    bring, work, people, moment, existing, city, phone, verdict
):
    row = {"name": "Acme Ltd", "country_id": "TR", "city": "Izmir"}
    known = create_customer(row=row, by=people.lin, at=moment)
    text = "Company,Country,City,Company phone\nACME,Turkey,Ankara,1234567\n"
    job = work(bring(text, existing=existing), "import")
    known.refresh_from_db()
    assert (verdicts(job), known.city, known.phone) == ([verdict], city, phone)


def test_somebody_elses_customer_is_a_duplicate_that_names_its_owner(bring, work, people, moment):
    create_customer(row={"name": "Acme Ltd"}, by=people.hu, at=moment)
    job = work(bring("Company,Contact,Email\nAcme Inc,Ann,ann@acme.example\n"), "import")
    row = job.rows.get()
    assert row.verdict == "DUPLICATE"
    assert "Hu Jing" in row.reasons[0]
    assert (Customer.objects.count(), Contact.objects.count()) == (1, 0)


def test_the_same_name_in_another_country_is_another_company(bring, work, people, moment):
    create_customer(row={"name": "Acme", "country_id": "US"}, by=people.hu, at=moment)
    assert verdicts(work(bring("Company,Country\nAcme,Germany\n"), "import")) == ["NEW"]


@pytest.mark.parametrize(("similar", "verdict"), [("leave", "DUPLICATE"), ("new", "NEW")])
def test_a_name_that_resembles_is_left_out_with_the_reasons(bring, work, people, moment, similar, verdict):
    create_customer(row={"name": "Anadolu Hırdavat Makina A.Ş.", "country_id": "TR"}, by=people.hu, at=moment)
    job = work(bring("Company,Country\nAnadolu Hirdavat,Turkey\n", similar=similar), "check")
    row = job.rows.get()
    assert row.verdict == verdict
    if verdict == "DUPLICATE":
        assert "“Anadolu Hırdavat Makina A.Ş.” (Hu Jing): the same name" in row.reasons[0]


def test_the_same_company_in_another_spelling_is_surely_it(bring, work, people, moment):
    known = create_customer(
        row={"name": "Müller Werkzeuge GmbH", "country_id": "DE"}, by=people.lin, at=moment
    )
    job = work(bring("Company,Country,City\nMUELLER-Werkzeuge AG,Germany,Ulm\n"), "import")
    known.refresh_from_db()
    assert (verdicts(job), known.city) == (["UPDATE"], "Ulm")


def test_rows_of_one_file_that_resemble_are_told(bring, work):
    text = (
        "Company,Country\nAnadolu Hırdavat Makina A.Ş.,Turkey\nAnadolu Hirdavat,Turkey\n"
        "ANADOLU HIRDAVAT MAKINA,Turkey\nKuzey Gida,Turkey\n"
    )
    for what in ("check", "import"):
        job = work(bring(text), what)
        assert verdicts(job) == ["NEW", "DUPLICATE", "SAME", "NEW"]
        reasons = job.rows.get(number=3).reasons
        assert reasons[0].startswith("Probably the company of row 2: the same name")


def test_an_import_does_not_rename_one_customer_into_another(bring, work, people, moment):
    create_customer(
        row={"name": "Delta GmbH", "country_id": "DE", "short_name": "D1"}, by=people.hu, at=moment
    )
    create_customer(row={"name": "Delta", "website": "delta.example"}, by=people.lin, at=moment)
    text = "Company,Country,Website\nDelta GmbH,,delta.example\n,Germany,delta.example\n"
    job = work(bring(text), "import")
    assert [row.verdict for row in job.rows.order_by("number")][-1] == "ERROR"


def test_the_owner_hears_of_an_import_of_his_customer_once(bring, work, people, moment):
    create_customer(row={"name": "Delta GmbH", "country_id": "DE"}, by=people.hu, at=moment)
    text = "Company,Country\nDELTA,Germany\nDelta GmbH,Germany\n"
    work(bring(text), "check")
    assert not Notice.objects.exists()
    work(bring(text), "import")
    notice = Notice.objects.get(kind="customers.ownership_conflict")
    assert (notice.user, notice.params["typed"]) == (people.hu, "Delta GmbH")


@pytest.mark.parametrize(("similar", "verdict"), [("leave", "DUPLICATE"), ("new", "NEW")])
def test_another_name_with_a_known_mail_address_is_asked_about(bring, work, people, moment, similar, verdict):
    known = create_customer(row={"name": "Acme"}, by=people.lin, at=moment)
    points = [{"kind": "EMAIL", "value": "ann@acme.example"}]
    create_contact(row={"customer_id": known.pk, "name": "Ann", "points": points}, by=people.lin, at=moment)
    text = "Company,Contact,Email\nBeta Trading,Ann,Ann@ACME.example\n"
    assert verdicts(work(bring(text, similar=similar), "import")) == [verdict]


def test_only_who_may_assign_imports_owners(bring, work, people):
    text = "Company,业务员\nAcme,Wang Lei\n"
    work(bring(text), "import")
    assert Customer.objects.get().owner == people.lin
    work(bring(text.replace("Acme", "Beta"), by=people.chen), "import")
    assert Customer.objects.get(name="Beta").owner == people.wang


def test_a_killed_import_goes_on_where_it_was_and_makes_nothing_twice(bring, work, people, moment):
    text = "Company,Email\n" + "".join(f"Firm {n} Ltd,a@firm{n}.example\n" for n in range(250))
    job = work(bring(text), "check")
    import_actions.start(job=job, by=people.lin, at=moment)
    asked = iter([False, True])
    with pytest.raises(run_actions.Interrupted):
        run_actions.carry_on(job.pk, at=moment, stopping=lambda: next(asked))
    job.refresh_from_db()
    assert (job.state, job.done) == ("RUNNING", 100)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    job.refresh_from_db()
    assert (job.state, job.done, job.counts) == ("DONE", 250, {"NEW": 250})
    assert Customer.objects.count() == Contact.objects.count() == 250


def test_a_stopped_import_writes_no_further_slice_until_it_goes_on(bring, work, people, moment):
    text = "Company,Country\n" + "".join(f"Firm {n} Ltd,DE\n" for n in range(150))
    job = work(bring(text), "check")
    import_actions.start(job=job, by=people.lin, at=moment)
    import_actions.stop(job=job, by=people.lin, at=moment)
    run_actions.carry_on(job.pk, at=moment, stopping=lambda: False)
    assert not Customer.objects.exists()
    job = work(job, "import")
    assert (job.state, Customer.objects.count()) == ("DONE", 150)


def test_rows_left_out_come_back_with_the_reason_and_no_formula(bring, work, moment):
    job = work(
        bring('Company,Country,Note\nFalsch AG,Atlantis,"=HYPERLINK(""http://x.example"")"\nGut,DE,\n'),
        "import",
    )
    target = BytesIO()
    assert write_report(job, target) == 1
    table = read(target.getvalue(), "r.xlsx")
    assert [header.text for header in table.headers] == ["Company", "Country", "Note", "Why not imported"]
    (row,) = table.rows()
    assert row.cells[2].text == '=HYPERLINK("http://x.example")'
    assert "Atlantis" in row.cells[3].text


def test_undo_takes_back_what_was_made_and_restores_what_was_changed(bring, work, people, moment):
    known = create_customer(row={"name": "Acme Ltd", "city": "Izmir"}, by=people.lin, at=moment)
    points = [{"kind": "EMAIL", "value": "ann@acme.example"}]
    ann = create_contact(
        row={"customer_id": known.pk, "name": "Ann", "points": points}, by=people.lin, at=moment
    )
    text = (
        "Company,City,Contact,Email,Mobile,采购等级\n"
        "Acme,Ankara,Ann,ann@acme.example,+90 532 111 22 33,B\nBeta,Bonn,Bo,bo@beta.example,,\n"
    )
    job = work(bring(text, existing="overwrite"), "import")
    known.refresh_from_db()
    assert (known.city, known.value_class, ann.points.count()) == ("Ankara", "B", 2)
    assert work(job, "undo").state == "UNDONE"
    known.refresh_from_db()
    assert (known.city, known.value_class) == ("Izmir", "")
    assert [point.value for point in ann.points.all()] == ["ann@acme.example"]
    assert list(Customer.objects.alive()) == [known]
    assert not job.rows.exclude(kept=[]).exists()
    again = work(bring(text), "import")
    assert again.counts == {"UPDATE": 1, "NEW": 1}


def test_undo_keeps_what_somebody_changed_since_and_says_so(bring, work, people, moment):
    known = create_customer(row={"name": "Acme Ltd", "city": "Izmir"}, by=people.lin, at=moment)
    text = "Company,City,Fax\nAcme,Ankara,123\nBeta,Bonn,\n"
    job = work(bring(text, existing="overwrite"), "import")
    beta = Customer.objects.get(name="Beta")
    later = moment + timedelta(days=2)
    change_customer(customer_id=known.pk, changes={"city": "Bursa"}, by=people.lin, at=later)
    change_customer(customer_id=beta.pk, changes={"city": "Köln"}, by=people.lin, at=later)
    work(job, "undo", at=later)
    known.refresh_from_db()
    assert (known.city, known.fax) == ("Bursa", "")
    assert Customer.objects.alive().filter(pk=beta.pk).exists()
    kept = [text for row in job.rows.order_by("number") for text in row.kept]
    assert "City" in kept[0]
    assert "Lin Xiaowen" in kept[1]


def test_an_import_can_be_undone_for_thirty_days(bring, work, people, moment):
    job = work(bring("Company\nAcme\n"), "import")
    with pytest.raises(import_actions.Refused):
        import_actions.undo(job=job, by=people.lin, at=moment + timedelta(days=31))
    assert import_actions.forget(at=moment + timedelta(days=32)) == 1
    job.refresh_from_db()
    assert (job.file, job.sheet["sample"], job.counts) == (None, [], {"NEW": 1})


def test_tags_and_next_steps_come_along_and_are_taken_back(bring, work, people, moment):
    known = create_customer(row={"name": "Acme Ltd"}, by=people.lin, at=moment)
    tag_customers(
        ids=[known.pk], add=[create_tag(name="fair", by=people.lin, at=moment).pk], by=people.lin, at=moment
    )
    text = (
        "公司名称,标签,次回跟进,下次跟进日期\n"
        'Acme,"Fair, vip",Send samples,2026-12-24\nACME,vip,Send samples,2026-12-24\n'
        "Beta,,,2026-12-01\nGamma,new,Call,2020-01-01\n"
    )  # fmt: skip
    job = work(bring(text), "import")
    assert verdicts(job) == ["UPDATE", "SAME", "NEW", "NEW"]
    assert sorted(known.tags.values_list("name", flat=True)) == ["fair", "vip"]
    step = known.next_steps.get()
    assert (step.purpose, str(step.due_on), step.owner) == ("Send samples", "2026-12-24", people.lin)
    assert Customer.objects.get(name="Beta").next_steps.get().purpose == "Follow up"
    gamma = Customer.objects.get(name="Gamma")
    assert not gamma.next_steps.exists()
    assert "This day has already passed." in job.rows.get(customer_id=gamma.pk).reasons[0]
    work(job, "undo")
    step.refresh_from_db()
    assert (step.state, step.closing_reason) == ("CANCELLED", "The import was undone.")
    assert [tag.name for tag in known.tags.all()] == ["fair"]
    assert not job.rows.exclude(kept=[]).exists()
