"""Every named constraint, twice: the database refuses what breaks it, and the form says why in Chinese."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from projects.models import (
    AnnualPlan,
    ApiKey,
    Attachment,
    Bulletin,
    Comment,
    Decision,
    Delivery,
    DistrictMap,
    DistrictSettings,
    Evidence,
    Figure,
    HeadingChoice,
    ImportRow,
    Inquiry,
    LightRule,
    Listing,
    Mention,
    Milestone,
    MonthlyReport,
    Notice,
    NoticeChoice,
    NoticeHabits,
    Organisation,
    Paper,
    PaperField,
    PaperOrder,
    PaperTemplate,
    Participation,
    Problem,
    Project,
    Receiver,
    ReceiverMessage,
    Reminder,
    Reopening,
    SavedView,
    StageRule,
    Star,
    Target,
)
from tests import build

pytestmark = pytest.mark.django_db

DAY = date(2024, 9, 30)


def same_project():
    build.project("甲", enterprise="乙公司")
    return Project(name="甲", enterprise="乙公司")


def same_code():
    build.project("甲", national_code="2405-320411-04-01-123456")
    return Project(name="乙", national_code="2405-320411-04-01-123456")


def own_parent():
    unit = build.town()
    unit.parent = unit
    return unit


def same_helper():
    project, town = build.project(), build.town()
    build.helper(project, town)
    return Participation(project=project, organisation=town)


def same_import_row():
    imported = build.imported()
    ImportRow.objects.create(parent=imported, position=1, sheet="清单", line=3)
    return ImportRow(parent=imported, position=1, sheet="清单", line=4)


def same_meaning(unit: Organisation | None):
    chosen = {"organisation": unit, "kind": "projects", "heading": "投资", "chosen_by": build.office()}
    HeadingChoice.objects.create(key="total_investment", **chosen)
    return HeadingChoice(key="contract_amount", **chosen)


def same_listing():
    return listing(project=build.listing(build.project(), level="city", year=2024).project)


def same_plan():
    return annual_plan(project=build.annual_plan(build.project(), 1).project)


def same_stage():
    return milestone(project=build.milestone(build.project(), "started").project, stage="started")


def same_evidence():
    first = build.milestone(build.project(), "started")
    build.kept(Evidence(milestone=first, file="evidence/a.jpg", sha256="a" * 64, uploaded_by=build.office()))
    return Evidence(milestone=first, file="evidence/b.jpg", sha256="a" * 64, uploaded_by=build.office())


def evidence(**facts):
    milestone = build.milestone(build.project(), "started", "2024-03-01")
    kept = {"file": "evidence/a.jpg", "sha256": "a" * 64, "uploaded_by": build.office()}
    return Evidence(milestone=milestone, **kept, **facts)


def same_report():
    return report(project=build.report(build.project(), "2024-03", 1).project)


def same_target(organisation: Callable):
    return target(organisation=build.target(organisation=organisation()).organisation)


def same_rule():
    build.light_rule()
    return light_rule()


def same_figure(organisation: Callable):
    unit = organisation()
    first = build.figure(build.bulletin(), "invested", 1, organisation=unit)
    return figure(bulletin=first.bulletin, organisation=unit)


def project(**facts):
    return Project(name="甲", **facts)


def listing(**facts):
    return Listing(
        **{"project": facts.pop("project", None) or build.project(), "year": 2024, "level": "city"} | facts
    )


def annual_plan(**facts):
    return AnnualPlan(**{"project": facts.pop("project", None) or build.project(), "year": 2024} | facts)


def milestone(**facts):
    return Milestone(
        **{"project": facts.pop("project", None) or build.project(), "stage": "topped_out"} | facts
    )


def report(**facts):
    return MonthlyReport(
        **{"project": facts.pop("project", None) or build.project(), "month": date(2024, 3, 1)} | facts
    )


def decision(**facts) -> Decision:
    unit, by = build.town(), build.leader()
    common = {"text": "落实用电", "given_on": DAY, "due_on": DAY, "organisation": unit, "given_by": by}
    return Decision(**(common | facts))


def problem(**facts):
    return Problem(
        **{"project": build.project(), "kind": "land", "text": "土地尚未交付", "raised_on": DAY} | facts
    )


def target(**facts):
    return Target(**{"year": 2024, "indicator": "invested", "level": "city", "amount": 1} | facts)


def light_rule(**facts):
    return LightRule(
        **{
            "family": "points_behind",
            "yellow": Decimal(10),
            "red": Decimal(30),
            "applies_from": date(2024, 1, 1),
        }
        | facts
    )


def bulletin(**facts):
    return Bulletin(
        **{"title": "通报", "kind": "published", "year": 2024, "as_of": DAY, "source": build.source()} | facts
    )


def figure(**facts):
    return Figure(
        **{
            "bulletin": facts.pop("bulletin", None) or build.bulletin(),
            "code": "invested",
            "label": "完成投资",
            "level": "city",
            "unit": "yuan",
            "amount": 1,
        }
        | facts
    )


def reopening(**facts):
    asked = {"reason": "发票补到", "requested_by": build.staff(), "requested_at": timezone.now()}
    return Reopening(**{"organisation": build.town(), "month": date(2024, 9, 1), **asked, **facts})


def same_reopening():
    reopening().save()
    return reopening()


def same_inquiry():
    asked = {"milestone": build.milestone(build.project(), "started"), "asked_by": build.leader()}
    Inquiry(**asked, asked_at=timezone.now()).save()
    return Inquiry(**asked, asked_at=timezone.now())


def same_saved_view():
    owner = build.staff()
    SavedView(name="晚点", owner=owner).save()
    return SavedView(name="晚点", owner=owner)


def comment(**facts):
    return Comment(**{"project": build.project(), "text": "何时到货？", "written_by": build.staff()} | facts)


def same_mention():
    said = comment()
    said.save()
    person = build.leader()
    Mention(comment=said, person=person).save()
    return Mention(comment=said, person=person)


def same_notice():
    person = build.staff()
    Notice(person=person, kind="due", cause="one", text="到期").save()
    return Notice(person=person, kind="due", cause="one", text="到期")


def same_choice():
    choice = {"person": build.staff(), "kind": "due", "channel": "mail", "is_wanted": True}
    NoticeChoice(**choice).save()
    return NoticeChoice(**choice)


def paper(**facts):
    order = PaperOrder.objects.create(
        asked_by=build.office(), as_of=DAY, known_at=timezone.now(), page_address="/projects/0/"
    )
    return Paper(**{"order": order, "kind": "cards"} | facts)


def same_template():
    one = PaperTemplate.objects.create(kind="deck", number=1, reason="母版", uploaded_by=build.office())
    PaperTemplate.objects.create(kind="bulletin", number=1, reason="模板", uploaded_by=one.uploaded_by)
    return PaperTemplate(kind="deck", number=1, reason="又一个", uploaded_by=one.uploaded_by)


def same_paper():
    first = paper()
    first.save()
    return Paper(order=first.order, kind="cards")


def same_field():
    one = paper()
    one.save()
    PaperField.objects.create(paper=one, key="invested", value="1.0")
    return PaperField(paper=one, key="invested", value="2.0")


def same_message():
    receiver = Receiver.objects.create(name="工作群", service="wecom", address="https://robot.example/")
    ReceiverMessage(receiver=receiver, kind="due", cause="one", text="到期").save()
    return ReceiverMessage(receiver=receiver, kind="due", cause="one", text="到期")


def same_delivery():
    notice = Notice.objects.create(person=build.staff(), kind="due", cause="one", text="到期")
    Delivery(notice=notice, channel="mail", due_at=timezone.now()).save()
    return Delivery(notice=notice, channel="mail", due_at=timezone.now())


def same_reminder():
    facts = {"organisation": build.town(), "month": DAY.replace(day=1), "day": DAY, "missing": 1}
    facts |= {"reminded_by": build.office(), "reminded_at": timezone.now()}
    Reminder(**facts).save()
    return Reminder(**facts)


def same_attachment():
    file = {"project": build.project(), "kind": "contract", "file": "a.pdf", "sha256": "0" * 64}
    Attachment(**file).save()
    return Attachment(**file)


def same_star():
    star = {"user": build.staff(), "project": build.project()}
    Star(**star).save()
    return Star(**star)


YEAR = "年度应在 2000 到 2100 之间。"


def key_revoked_by_nobody():
    owner = build.staff(build.town())
    facts = {"owner": owner, "made_by": owner, "name": "对接", "expires_on": DAY}
    return ApiKey(prefix="hk_1234", digest="0" * 64, revoked_at=timezone.now(), **facts)


BROKEN = {
    "api_key_revoked_by_somebody": (key_revoked_by_nobody, "撤销的密钥应写明撤销人。"),
    "district_settings_is_one_row": (lambda: DistrictSettings(pk=2), "本区设置只有一份。"),
    "district_settings_lists_differ": (
        lambda: DistrictSettings(pk=1, city_list="省重大"),
        "三级名单的叫法不能相同。",
    ),
    "organisation_not_own_parent": (own_parent, "上级单位不能是自己"),
    "organisation_succeeded_closed": (
        lambda: Organisation(name="罗溪镇", kind="town", successor=build.town("薛家镇")),
        "并入其他单位的，应有撤销日期，且不能并入自己。",
    ),
    "project_merged_has_ended": (
        lambda: project(merged_into=build.project("乙")),
        "并入其他项目的，应有拆并日期，且不能并入自己。",
    ),
    "one_project_per_name_and_firm": (same_project, "同一建设单位已有同名项目。"),
    "one_project_per_national_code": (same_code, "该国家投资项目代码已被其他项目使用。"),
    "project_total_investment_min_0": (lambda: project(total_investment=-1), "总投资不能为负数。"),
    "project_contract_amount_min_0": (lambda: project(contract_amount=-1), "协议投资不能为负数。"),
    "project_foreign_amount_min_0": (
        lambda: project(foreign_amount=-1, foreign_currency="USD"),
        "外资金额不能为负数。",
    ),
    "project_foreign_amount_whole": (
        lambda: project(foreign_amount=1),
        "外资金额与币种应同时填写。",
    ),
    "project_side_state_on_whole": (
        lambda: project(side_state="paused", side_reason="market"),
        "项目状态与状态日期应同时填写。",
    ),
    "project_side_state_has_reason": (
        lambda: project(side_state="paused", side_state_on=DAY),
        "暂停或终止须选择原因。",
    ),
    "one_participation_per_unit": (same_helper, "该单位已是协同单位。"),
    "participation_ends_after_begin": (
        lambda: Participation(project=build.project(), organisation=build.town(), began_on=DAY, ended_on=DAY),
        "结束协同日期应晚于开始协同日期。",
    ),
    "one_listing_per_year_and_level": (same_listing, "该项目已在这一年度的同级名单中。"),
    "listing_year_in_range": (lambda: listing(year=1999), YEAR),
    "listing_listed_on_whole": (
        lambda: listing(listed_on=DAY),
        "列入日期与准确程度应同时填写。",
    ),
    "listing_listed_on_in_order": (
        lambda: listing(
            listed_on=DAY, listed_precision="day", removed_on=DAY - timedelta(days=1), removed_reason="停建"
        ),
        "列入日期不能晚于调出日期。",
    ),
    "listing_removed_on_whole": (
        lambda: listing(removed_on=DAY),
        "调出名单须同时填写日期与原因。",
    ),
    "one_annual_plan_per_year": (same_plan, "该项目已有这一年度的计划。"),
    "annualplan_year_in_range": (lambda: annual_plan(year=2101), YEAR),
    "annualplan_before_min_0": (
        lambda: annual_plan(invested_before=-1),
        "截至上年底累计完成投资不能为负数。",
    ),
    "annualplan_planned_min_0": (
        lambda: annual_plan(planned_investment=-1),
        "年度计划投资不能为负数。",
    ),
    "one_milestone_per_stage": (same_stage, "该项目已有这个节点，每个节点只登记一次。"),
    "milestone_planned_on_whole": (
        lambda: milestone(planned_on=DAY),
        "原计划的日期与准确程度应同时填写。",
    ),
    "milestone_current_on_whole": (
        lambda: milestone(current_precision="day"),
        "现计划的日期与准确程度应同时填写。",
    ),
    "milestone_reached_on_whole": (
        lambda: milestone(reached_on=DAY, recorded_on=DAY),
        "实际日期与准确程度应同时填写。",
    ),
    "milestone_reached_on_in_order": (
        lambda: milestone(reached_on=DAY, reached_precision="day", recorded_on=date(2024, 9, 29)),
        "实际日期不能晚于登记当天：将来的日期只能是计划。",
    ),
    "milestone_reached_recorded": (
        lambda: milestone(reached_on=DAY, reached_precision="day"),
        "登记实际日期时须记下登记日。",
    ),
    "milestone_skipped_has_no_days": (
        lambda: milestone(skipped=True, current_on=DAY, current_precision="day"),
        "不设的节点不能有计划或实际日期。",
    ),
    "one_evidence_per_file": (same_evidence, "同一文件已经上传过。"),
    "evidence_position_on_earth": (
        lambda: evidence(latitude=Decimal(91), longitude=Decimal(119)),
        "经纬度应同时填写，纬度在 ±90、经度在 ±180 之内。",
    ),
    "one_rule_per_stage": (lambda: StageRule(stage="started"), "这个节点已有佐证要求。"),
    "one_report_per_month": (same_report, "该项目已有这个月的月报。"),
    "monthlyreport_month_first_day": (lambda: report(month=date(2024, 3, 2)), "月份应记为当月第一天。"),
    "monthlyreport_invested_min_0": (lambda: report(invested=-1), "当月完成投资不能为负数。"),
    "monthlyreport_accepted_min_0": (lambda: report(accepted=-1), "列统投资不能为负数。"),
    "monthlyreport_opening_min_0": (
        lambda: report(invested=None, opening=-1),
        "期初累计不能为负数。",
    ),
    "monthlyreport_opening_alone": (
        lambda: report(invested=1, opening=1),
        "期初累计是1月至本月的合计，同一个月不能再填当月完成或“无变化”。",
    ),
    "project_position_whole": (lambda: project(longitude=Decimal(120)), "经度与纬度应同时填写。"),
    "project_longitude_in_range": (
        lambda: project(longitude=Decimal(181), latitude=Decimal(31)),
        "经度应在 −180 到 180 之间。",
    ),
    "project_latitude_in_range": (
        lambda: project(longitude=Decimal(120), latitude=Decimal(88)),
        "纬度应在 −85 到 85 之间。",
    ),
    "district_map_kept_has_reason": (
        lambda: DistrictMap(file_name="a.geojson", origin="规划局", datum="cgcs2000", kept_at=timezone.now()),
        "启用地图须写明原因。",
    ),
    "monthlyreport_returned_reason": (lambda: report(state="returned"), "退回须写明原因。"),
    "decision_due_not_before_given": (
        lambda: decision(due_on=date(2024, 9, 29)),
        "办结期限不能早于交办日期。",
    ),
    "decision_closed_has_day": (
        lambda: decision(state="closed"),
        "销号须有日期，且不早于交办日期。",
    ),
    "problem_due_not_before_raised": (
        lambda: problem(due_on=date(2024, 9, 29)),
        "办结期限不能早于提出日期。",
    ),
    "problem_resolved_says_how": (
        lambda: problem(resolved_on=DAY),
        "销号须写明办理情况，且不早于提出日期。",
    ),
    "one_target_per_organisation": (lambda: same_target(build.town), "该单位已有这项年度目标。"),
    "one_target_for_the_district": (lambda: same_target(lambda: None), "全区已有这项年度目标。"),
    "target_year_in_range": (lambda: target(year=1999), YEAR),
    "target_amount_min_0": (lambda: target(amount=-1), "目标值不能为负数。"),
    "target_due_month_in_range": (lambda: target(due_month=13), "应完成月份为 1 到 12。"),
    "target_has_amount_or_statement": (
        lambda: target(amount=None),
        "没有目标值时，须有来源说明目标已完成。",
    ),
    "one_rule_per_family_and_day": (same_rule, "该规则在这一天已有版本。"),
    "lightrule_thresholds_min_0": (
        lambda: light_rule(yellow=Decimal(-1)),
        "阈值不能为负数。",
    ),
    "bulletin_year_in_range": (lambda: bulletin(year=1999), YEAR),
    "bulletin_published_has_source": (lambda: bulletin(source=None), "对外发布的数字须注明来源。"),
    "bulletin_sealed_has_digest": (
        lambda: bulletin(kind="sealed", sealed_at=timezone.now()),
        "封存的通报须有封存时间、内容与摘要。",
    ),
    "reopening_month_first_day": (
        lambda: reopening(month=date(2024, 3, 2)),
        "月份应记为当月第一天。",
    ),
    "reopening_granted_has_end": (
        lambda: reopening(granted=True, decided_at=timezone.now()),
        "同意重开须写明开放到哪一天。",
    ),
    "one_open_reopening_per_month": (same_reopening, "这个月的重开申请已在等待审批。"),
    "one_inquiry_per_milestone": (same_inquiry, "这个节点已经问过原因。"),
    "one_saved_view_per_name": (same_saved_view, "您已有同名的视图。"),
    "one_star_per_person_project": (same_star, "您已关注这个项目。"),
    "comment_month_first_day": (lambda: comment(month=date(2024, 9, 2)), "月份应记为当月第一天。"),
    "comment_of_return_has_month": (lambda: comment(is_return=True), "退回的是某个月的月报，应写明月份。"),
    "notice_month_first_day": (
        lambda: Notice(person=build.staff(), kind="window", cause="one", text="填报", month=date(2024, 9, 2)),
        "月份应记为当月第一天。",
    ),
    "one_notice_per_person_cause": (same_notice, "这件事已经通知过这个人。"),
    "one_choice_per_kind_channel": (same_choice, "这一类通知已经选过。"),
    "one_template_per_number": (same_template, "刚才有人上传了新的模板，请刷新后再试。"),
    "one_paper_per_kind": (same_paper, "这一种材料已经在这一次里。"),
    "paper_made_has_file": (lambda: paper(made_at=timezone.now()), "生成完成的材料应有文件和它的摘要。"),
    "one_field_per_key": (same_field, "这个栏目的数字已经记下。"),
    "one_delivery_per_channel": (same_delivery, "这条通知已经在发。"),
    "one_message_per_cause": (same_message, "这件事已经推送过。"),
    "notice_quiet_has_both_ends": (
        lambda: NoticeHabits(person=build.staff(), quiet_from=time(22)),
        "不打扰的时段须写明从几点到几点。",
    ),
    "reminder_month_first_day": (
        lambda: Reminder(
            organisation=build.town(),
            month=date(2024, 9, 2),
            day=DAY,
            missing=1,
            reminded_by=build.office(),
            reminded_at=timezone.now(),
        ),
        "月份应记为当月第一天。",
    ),
    "one_reminder_per_unit_and_day": (same_reminder, "今天已经催过这个单位。"),
    "one_mention_per_comment_person": (same_mention, "这条评论已经提到这个人。"),
    "one_attachment_per_file": (same_attachment, "同一文件已经上传过。"),
    "one_import_row_per_position": (same_import_row, "这一行已经读入。"),
    "one_meaning_per_heading": (lambda: same_meaning(build.town()), "这个表头已有含义。"),
    "one_meaning_without_unit": (lambda: same_meaning(None), "这个表头已有含义。"),
    "one_figure_per_code_and_level": (
        lambda: same_figure(lambda: None),
        "同一通报中该数字已登记。",
    ),
    "one_figure_per_code_and_unit": (
        lambda: same_figure(build.town),
        "同一通报中该单位的数字已登记。",
    ),
    "figure_says_something": (
        lambda: figure(amount=None),
        "数值、比重、增长和文字表述至少填写一项。",
    ),
}


def named_constraints() -> dict[str, models.BaseConstraint]:
    return {
        constraint.name: constraint
        for model in apps.get_app_config("projects").get_models()
        for constraint in model._meta.constraints
    }


def test_no_constraint_is_left_out():
    assert set(BROKEN) == set(named_constraints())


@pytest.mark.parametrize("name", BROKEN)
def test_the_form_says_what_is_broken(name: str):
    make, sentence = BROKEN[name]

    with pytest.raises(ValidationError) as fault:
        make().full_clean()

    assert sentence in "；".join(fault.value.messages)


@pytest.mark.parametrize("name", BROKEN)
def test_the_database_refuses(name: str):
    make, _ = BROKEN[name]
    broken = make()
    is_check = isinstance(named_constraints()[name], models.CheckConstraint)

    with pytest.raises(IntegrityError, match=name if is_check else "(?i)unique"), transaction.atomic():
        broken.save()


@pytest.mark.parametrize(
    "whole",
    [
        lambda: listing(removed_on=DAY, removed_reason="并入其他项目"),
        lambda: milestone(reached_on=DAY, reached_precision="day", recorded_on=DAY),
        lambda: milestone(skipped=True, planned_on=DAY, planned_precision="day"),
        lambda: problem(due_on=DAY, resolved_on=DAY, resolution="已交地"),
        lambda: target(amount=None, stated_met=True, source=build.source()),
        lambda: bulletin(kind="sealed", source=None, sealed_at=timezone.now(), digest="0" * 64, content="{}"),
        lambda: figure(amount=None, growth=Decimal("12.6")),
        lambda: report(invested=0),
        lambda: evidence(latitude=Decimal(31), longitude=Decimal(119)),
    ],
)
def test_what_is_whole_passes_both(whole: Callable[[], models.Model]):
    record = whole()
    record.full_clean()
    record.save()
    assert record.pk
