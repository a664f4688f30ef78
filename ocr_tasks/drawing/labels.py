"""What title blocks, revision tables and parts lists call their fields.

In English, German, French, Spanish, Portuguese, Italian and Korean.
"""

from __future__ import annotations

import re
from functools import lru_cache

FIELDS = (
    "drawing_number",
    "title",
    "revision",
    "date",
    "drawn_by",
    "checked_by",
    "approved_by",
    "material",
    "finish",
    "weight",
    "scale",
    "sheet",
    "general_tolerance",
    "company",
    "unit",
    "size",
    "projection",
)
"""Every field that a title block is asked for."""

_LABELS: dict[str, str] = {
    "drawing_number": (
        "dwg no|dwg no.|dwg. no|dwg. no.|dwg #|dwg|dwg number|drawing no|drawing no.|drawing number|"
        "drawing nr|drg no|drg. no.|"
        "document number|document no|document no.|doc no|doc. no.|number|"
        "zeichnungsnummer|zeichnungs-nr|zeichnungs-nr.|zeichnung nr.|zeichn.-nr.|zeichnungsnr.|sachnummer|"
        "dokumentnummer|"
        "numéro de plan|n° de plan|no de plan|numéro de dessin|n° plan|plan n°|référence|n° dessin|"
        "número de plano|n° de plano|no de plano|n° plano|plano n°|plano no|plano|código|"
        "número do desenho|n° do desenho|desenho n°|desenho no|"
        "numero disegno|numero di disegno|n° disegno|disegno n°|disegno n|codice disegno|codice|"
        "도면번호|도번|도면 번호"
    ),
    "part_number": (
        "part no|part no.|part number|part nr|p/n|item number|teilenummer|teile-nr.|artikelnummer|"
        "numéro de pièce|número de pieza|n° de pieza|referencia|codice articolo|codice particolare|부품번호|품번"
    ),
    "title": (
        "title|drawing title|description|part name|name of part|drawing name|titel|benennung|bezeichnung|"
        "titre|désignation|"
        "designation|dénomination|título|denominación|descripción|designação|denominação|descrição|titolo|denominazione|descrizione|"
        "도면명|도명|품명|제목|명칭"
    ),
    "file_name": (
        "file|file name|filename|drawing file name|datei|dateiname|fichier|nom du fichier|archivo|"
        "nome file|cad file|파일명"
    ),
    "model": "model|project|projekt|projet|machine|type|typ|proyecto|modelo|progetto|modello|모델|기종|프로젝트",
    "revision": (
        "rev|rev.|revision|rev no|rev no.|issue|revision version|version|index|änderung|änd.|revisionsindex|"
        "indice|révision|ind.|revisión|edición|revisão|revisione|"
        "개정|개정번호|리비전"
    ),
    "date": (
        "date|issued date|issue date|date of issue|release date|drawn date|datum|erstellungsdatum|"
        "ausgabedatum|date d'émission|fecha|data|"
        "날짜|일자|작성일|발행일"
    ),
    "drawn_by": (
        "drawn|drawn by|dr by|drn|designed by|created by|author|drafter|drawn:|des.|gezeichnet|gez.|erstellt|"
        "erstellt durch|"
        "bearbeitet|bearb.|ersteller|dessiné par|dessiné|dessinateur|établi par|créé par|auteur|"
        "dibujado|dibujado por|dibujó|delineado|diseñado|diseñado por|desenhado|desenhado por|"
        "disegnato|disegnato da|disegnatore|redatto|eseguito|작성|작성자|제도|설계"
    ),
    "checked_by": (
        "checked|checked by|chk'd|chkd|chk|chk by|check|reviewed by|geprüft|gepr.|geprüft durch|vérifié|"
        "vérifié par|contrôlé|contrôlé par|revisado|revisado por|comprobado|comprobado por|verificado|verificado por|"
        "controllato|controllato da|verificato|verificato da|검토|검도|확인"
    ),
    "approved_by": (
        "approved|approved by|eng appr|eng appr.|appv'd|appvd|appd|app'd|appr|appr.|released by|"
        "freigegeben|genehmigt|freigabe|genehmigt durch|"
        "approuvé|approuvé par|validé par|aprobado|aprobado por|aprovado|aprovado por|"
        "approvato|approvato da|승인|승인자"
    ),
    "material": (
        "material|mat'l|matl|mat.|raw material|werkstoff|material/werkstoff|matière|matériau|materiale|재질|재료"
    ),
    "finish": (
        "finish|surface finish|surface treatment|treatment|coating|oberfläche|oberflächenbehandlung|beschichtung|"
        "traitement|traitement de surface|finition|revêtement|acabado|acabado superficial|acabamento|tratamiento|"
        "tratamiento superficial|finitura|trattamento|trattamento superficiale|표면처리|후처리|도금"
    ),
    "weight": "weight|wt|wt.|mass|gewicht|masse|poids|gewicht kg|peso|masa|massa|중량|무게|질량",
    "scale": "scale|drawing scale|maßstab|échelle|escala|scala|척도|축척",
    "sheet": (
        "sheet|sht|sheet no|page|blatt|bl.|seite|feuille|folio|planche|hoja|folha|página|foglio|pagina|매수|시트|쪽"
    ),
    "general_tolerance": (
        "general tolerances|general tolerance|tolerances|tolerance|tolerances:|unless specified tolerance are|"
        "allgemeintoleranzen|allgemeintoleranz|freimaßtoleranz|toleranzen|tolérances générales|"
        "tolérance générale|tolerancias generales|tolerancia general|tolerancias|tolerâncias gerais|"
        "tolleranze generali|tolleranza generale|tolleranze|일반공차|공차"
    ),
    "company": "company|company name|firm|firma|société|entreprise|empresa|società|azienda|회사|회사명",
    "unit": (
        "unit|units|units unless specified|sizes in|unit of measure|einheit|maßeinheit|unité|"
        "unités|unidad|unidade|unidades|unità|unità di misura|단위"
    ),
    "size": "size|sheet size|paper size|format|blattformat|blattgröße|taille|tamaño|formato|용지|크기",
    "projection": (
        "projection|projection method|projektion|projektionsmethode|méthode de projection|proyección|proiezione|투상법"
    ),
    "other": (
        "dept|dept.|department|technical reference|document type|document status|doc. type|doc type|code|"
        "cage code|fscm no|"
        "next assy|used on|application|do not scale drawing|signature|sign|name|nombre|nome|comments|comments:|"
        "mfg appr|mfg appr.|mfg|q.a|q.a.|qa|q.c|qc|remark|remarks|website|abteilung|dokumentart|dokumentstatus|"
        "service|bemerkung|"
        "비고|부서|id|proprietary and confidential|contract no|contract no."
    ),
}


_ACCENTS = str.maketrans("áàâãçéèêëíìîïñóòôõúùûº", "aaaaceeeeiiiinoooouuu°")


def _folded(label: str) -> str:
    """Return LABEL without case, blanks, points and accents, which readers lose, and with 0 as o, which they mistake.

    Umlauts stay: `änd.` is no `and`.
    """
    return re.sub(r"[\s.:;：]+", "", label.casefold().replace("’", "'").replace("0", "o").translate(_ACCENTS))


_FIELD_OF = {_folded(name): field for field, names in _LABELS.items() for name in names.split("|")}
_LONGEST = max(map(len, _FIELD_OF)) + 4
_WITH_VALUE = re.compile(r"^\s*(?P<label>[^\d:：=]{1,40}?)\s*[:：=]\s*(?P<value>\S.*?)\s*$", re.DOTALL)
_GLUED = re.compile(
    r"^\s*(?P<label>SCALE|SHEET|SHT|REV|WEIGHT|MASSSTAB|MAßSTAB|BLATT|[ÉE]CHELLE|FEUILLE|FOLIO|POIDS|GEWICHT|"
    r"IND(?:EX|ICE)|ESCALA|HOJA|FOLHA|SCALA|FOGLIO|PESO|SIZE|척도|재질)\.?(?:\s+|(?=\d))"
    r"(?P<value>\S.*?)\s*$",
    re.IGNORECASE,
)


@lru_cache(maxsize=4096)
def field_of(text: str) -> str | None:
    """Return the field that TEXT, as a whole, is the label of; None if it is none."""
    if len(text) > _LONGEST:
        return None
    return _FIELD_OF.get(_folded(text))


def split_label(text: str) -> tuple[str, str] | None:
    """Return (field, value) if TEXT holds a label and its value in one string, `SCALE: 1:2`, `SHEET 1 OF 2`."""
    for pattern in (_WITH_VALUE, _GLUED):
        match = pattern.match(text)
        if match and (field := field_of(match["label"])) is not None and field_of(match["value"]) is None:
            return field, match["value"]
    return None


_COLUMNS: dict[str, dict[str, str]] = {
    "revisions": {
        "revision": "rev|rev.|revision|rev no|rev no.|ltr|ind|ind.|index|indice|änd|änd.|nr|nr.|version|개정|차수|번호",
        "description": (
            "description|description of change|description of revision|change|changes|revision description|änderung|"
            "änderungen|beschreibung|modification|modifications|nature de la modification|"
            "descripción|modificación|modificaciones|descrição|alteração|descrizione|modifica|modifiche|내용|변경내용|개정내용"
        ),
        "date": "date|datum|rev date|fecha|data|날짜|일자|개정일",
        "by": "by|rev by|drawn|name|dr|par|nom|geändert|nombre|nome|dibujado|disegnato|작성|작성자|변경자",
        "approved_by": (
            "approved|appr|appr.|app'd|approved by|geprüft|freigegeben|approuvé|aprobado|approvato|승인|검토"
        ),
        "zone": "zone|zone.|구역",
        "notes": "notes|eco|ecn|eco no|ecn no|remark|비고",
    },
    "parts": {
        "item": (
            "item|item no|item no.|no|no.|pos|pos.|position|rep|rep.|repère|itm|find no|marca|posición|"
            "posizione|번호|품번|순번"
        ),
        "quantity": (
            "qty|qty.|quantity|q'ty|menge|stück|stk|stk.|anzahl|qté|qté.|quantité|nb|nb.|nombre|"
            "cantidad|cant.|quantidade|qtd.|quantità|수량"
        ),
        "part_number": (
            "part number|part no|part no.|p/n|dwg no|teilenummer|sachnummer|zeichnungsnummer|référence|ref.|부품번호|"
            "도번"
        ),
        "description": (
            "description|name|part name|benennung|bezeichnung|désignation|dénomination|denominación|descripción|"
            "denominazione|descrizione|품명|부품명|명칭"
        ),
        "material": "material|mat'l|matl|werkstoff|matière|matériau|materiale|재질|재료",
        "specification": "specification|spec|norm|norm/spec|norme|규격",
        "length": "length|länge|longueur|길이",
        "weight": "weight|mass|gewicht|masse|poids|peso|masa|중량",
        "remark": (
            "remark|remarks|note|notes|bemerkung|bemerkungen|observation|observations|observaciones|observações|osservazioni|비고"
        ),
    },
}
_COLUMN_OF = {
    table: {_folded(name): column for column, names in columns.items() for name in names.split("|")}
    for table, columns in _COLUMNS.items()
}


def column_of(table: str, text: str) -> str | None:
    """Return the column of TABLE ("revisions" or "parts") that TEXT is the heading of; None if it is none."""
    if len(text) > _LONGEST:
        return None
    return _COLUMN_OF[table].get(_folded(text))
