"""What the inputs of a step are called when people read them, in Dutch and in English."""

from __future__ import annotations

from typing import Final

from reba.law.labels import Label

__all__ = ["INPUT_LABELS", "VALUE_LABELS"]

INPUT_LABELS: Final[dict[str, Label]] = {
    "members": Label("gezinsleden", "members"),
    "adults": Label("volwassenen", "adults"),
    "children": Label("kinderen", "children"),
    "adults_with_allowance": Label("volwassenen met toelage", "adults with allowance"),
    "children_with_allowance": Label("kinderen met toelage", "children with allowance"),
    "members_with_allowance": Label("leden met toelage", "members with allowance"),
    "for": Label("voor", "for"),
    "count": Label("aantal", "count"),
    "week_cents": Label("per week", "a week"),
    "allowance_value_cents": Label("toelage", "allowance"),
    "housing_value_cents": Label("onderdak", "housing"),
    "shelter": Label("onderdak", "shelter"),
    "uncapped_cents": Label("vóór het maximum", "before the maximum"),
    "kind": Label("soort", "kind"),
    "amount_cents": Label("bedrag", "amount"),
    "because": Label("omdat", "because of"),
    "detail": Label("toelichting", "detail"),
    "earnings_cents": Label("inkomsten uit arbeid", "earnings"),
    "other_cents": Label("ander inkomen", "other income"),
    "weeks_used_before": Label("weken gebruikt vóór de maand", "weeks used before the month"),
    "reported_cents": Label("opgegeven", "reported"),
    "countable_cents": Label("telt mee", "countable"),
    "ceiling_cents": Label("maximum", "ceiling"),
    "household": Label("grens voor", "limit for"),
    "net_at_start_cents": Label("bezit min schuld bij aanvang", "owned less owed at the start"),
    "excess_at_start_cents": Label("boven de grens bij aanvang", "above the limit at the start"),
    "receipts_cents": Label("ontvangen tijdens de opvang", "received during reception"),
    "room_cents": Label("ruimte", "room"),
    "excess_cents": Label("boven de grens", "above the limit"),
    "remaining_cents": Label("nog te vragen", "left to charge"),
    "charged_before": Label("eerder gevraagd", "charged before"),
    "charged_before_cents": Label("eerder gevraagd", "charged before"),
    "fact": Label("gegeven", "fact"),
    "member": Label("gezinslid", "member"),
    "from_earnings_cents": Label("uit arbeid", "from earnings"),
    "from_other_income_cents": Label("uit ander inkomen", "from other income"),
    "from_assets_cents": Label("uit vermogen", "from assets"),
}

VALUE_LABELS: Final[dict[str, Label]] = {
    "adult": Label("volwassene", "adult"),
    "child": Label("kind", "child"),
    "clothing": Label("kleding en andere persoonlijke uitgaven", "clothing and other expenses"),
    "single_parent": Label("alleenstaande ouder", "single parent"),
    "single": Label("een alleenstaande", "a single person"),
    "family": Label("een gezin", "a family"),
    "not provided": Label("niet geboden", "not provided"),
    "not supplied": Label("niet opgegeven", "not supplied"),
    "assets": Label("vermogen", "assets"),
    "obligations": Label("andere verplichtingen", "other obligations"),
    "earnings": Label("inkomsten uit arbeid", "earnings"),
    "holiday_pay": Label("vakantiegeld", "holiday pay"),
    "benefit": Label("uitkering", "benefit"),
    "maintenance": Label("levensonderhoud", "maintenance"),
    "asset_income": Label("inkomsten uit vermogen", "income from assets"),
    "tax_refund": Label("teruggave van belasting of premie", "refund of tax or premium"),
    "child_benefit": Label("kinderbijslag", "child benefit"),
    "rva_allowance": Label("toelage op grond van de Rva", "allowance under the Rva"),
    "chores": Label("werkzaamheden in de opvang", "chores in reception"),
    "cost_reimbursement": Label("vergoeding van kosten", "reimbursed costs"),
    "exempt_asset_interest": Label("rente over vrijgelaten vermogen", "interest on exempt assets"),
    "immaterial_damages": Label("vergoeding van immateriële schade", "immaterial damages"),
    "gift": Label("gift", "gift"),
    "savings_from_income": Label("spaargeld uit inkomen", "savings from income"),
    "art5.2a": Label("art. 5 lid 2 onder a Reba", "art. 5(2)(a) Reba"),
    "art5.2b": Label("art. 5 lid 2 onder b Reba", "art. 5(2)(b) Reba"),
    "art5.2c": Label("art. 5 lid 2 onder c Reba", "art. 5(2)(c) Reba"),
    "art5.2d": Label("art. 5 lid 2 onder d Reba", "art. 5(2)(d) Reba"),
    "art5.2e": Label("art. 5 lid 2 onder e Reba", "art. 5(2)(e) Reba"),
    "art6.2": Label(
        "art. 6 lid 2 Reba: hoort bij een andere maand", "art. 6(2) Reba: another month"
    ),
    "art7.2d": Label("art. 7 lid 2 onder d Reba", "art. 7(2)(d) Reba"),
    "art7.2e": Label("art. 7 lid 2 onder e Reba", "art. 7(2)(e) Reba"),
    "rva18.3": Label("art. 18 lid 3 Rva", "art. 18(3) Rva"),
    "rva20.2": Label("art. 20 lid 2 Rva", "art. 20(2) Rva"),
}
"""Free text, such as the reason of a caseworker, is shown as it was given."""
