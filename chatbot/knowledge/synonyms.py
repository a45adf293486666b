"""Words that visitors and help pages use for the same thing.

Embeddings know far more of them; this is what a shop without any needs most.
"""

from collections import defaultdict

ALIKE = """
return returns back
refund reimbursement reimburse back
parcel package packet shipment
delivery shipping deliver ship send dispatch postage
price cost costs fee charge
broken damaged faulty defective torn
cancel cancelling cancellation
exchange swap
buy purchase order
abroad international overseas
warranty guarantee
phone call telephone
shop store
code voucher coupon discount
receipt invoice bill
pay payment
open opening hours
size sizing fit
usa america
uk britain
phone mobile
trade-in secondhand used
退货 退回 寄回 退还
运费 邮费 快递费
配送 送货 寄到
取货 自取 拿货 提货
保修 质保
损坏 坏了 故障
付款 支付 付钱
客服 人工
门店 商店 实体店
海外 国外 国际
折扣 打折 优惠
尺码 大小 码数
"""

_alike: dict[str, set[str]] = defaultdict(set)
for _line in ALIKE.strip().splitlines():
    for _word in _line.split():
        _alike[_word] |= {other for other in _line.split() if other != _word}


def synonyms(word: str) -> list[str]:
    """Other words for it; none for most."""
    return sorted(_alike.get(word, ()))
