"""Write the list of currencies that searches may name: what is money, of ISO 4217's table A.1.

    python scripts/releases/currencies.py list-one.xml

The file is the maintenance agency's (https://www.six-group.com/en/products-services/financial-information/
market-reference-data/data-standards.html, "List One"). Run it again when the agency changes the list.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from textwrap import wrap
from xml.etree import ElementTree as ET

from parcelray.serving.desk import currencies

TABLE = Path(currencies.__file__).with_name("currencies.txt")


def money_of(table: ET.Element) -> list[str]:
    """The codes of what is paid with: no metals, no funds, no units of account, no codes for tests."""
    found = set()
    for entry in table.iter("CcyNtry"):
        code, units, name = entry.findtext("Ccy"), entry.findtext("CcyMnrUnts"), entry.find("CcyNm")
        is_fund = name is not None and name.get("IsFund") == "true"
        if code is not None and units is not None and units.isdecimal() and not is_fund:
            found.add(code)
    return sorted(found)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("list_one", type=Path, help="the agency's file, as XML")
    root = ET.parse(parser.parse_args().list_one).getroot()
    codes = money_of(root)
    head = f"# ISO 4217, list one as published {root.get('Pblshd')}, written by scripts/releases/currencies.py"
    TABLE.write_text("\n".join([head, *wrap(" ".join(codes), 79)]) + "\n", encoding="ascii")
    print(f"{TABLE.name}: {len(codes)} currencies")


if __name__ == "__main__":
    main()
