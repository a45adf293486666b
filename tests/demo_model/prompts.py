"""The help pages the tests ask about, in the shape our engine sends them."""

PASSAGES = """<passages>
<passage id="1" title="Returns" url="/help/returns">
## How long you have

You can return any item within 30 days of delivery. The item must be unused.
Shoes can be tried on indoors and returned within 60 days.

## How to return

To send an item back:

1. Sign in and open **Orders**.
2. Choose *Return an item*.
3. Hand the parcel in.
</passage>
<passage id="2" title="Shipping &amp; delivery" url="/help/shipping">
Standard delivery costs $4.90 and takes 2-4 working days. Orders over $50 ship free.
We ship to Germany and Austria for $9.90 within 5 days.

| Country | Price |
|---|---|
| France | $12 |
</passage>
<passage id="3" title="退货" url="/help/zh/returns">
您可以在收到商品后30天内退货。商品必须未使用并保留原包装。退款将在5个工作日内退回原付款方式。
</passage>
<passage id="4" title="配送" url="/help/zh/shipping">
国内订单满200元包邮，运费为12元。海外订单运费为80元，需要7到14天。
</passage>
</passages>

"""


def with_passages(question: str) -> str:
    """The last user message as our engine writes it."""
    return f"{PASSAGES}<question>\n{question}\n</question>"
