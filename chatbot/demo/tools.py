"""The tools of the demo shop: they lead to this very server, to `orders.py`."""

from typing import Any

from pydantic import SecretStr

from chatbot.demo.orders import credential
from chatbot.models import Tool
from conversations.models import Tenant

NUMBER = {"type": "string", "pattern": "^A-[0-9]{4}$", "description": "Like A-1001."}
ONE_ORDER = {"type": "object", "properties": {"order": NUMBER}, "required": ["order"]}
NOTHING: dict[str, Any] = {"type": "object", "properties": {}, "required": []}


def make_tools(tenant: Tenant) -> list[Tool]:
    """The demo tenant's tools, new: its orders, one order, and to cancel one."""
    tools = [
        Tool(
            name="my_orders",
            label="The visitor's orders",
            description="Lists the visitor's own orders with their numbers. 我的订单列表",
            parameters=NOTHING,
            url="/demo/orders",
            answer_fields=["orders[].order", "orders[].status", "orders[].items"],
        ),
        Tool(
            name="order_status",
            label="Order status",
            description="Where an order of the visitor is: its status, what is in it and the day "
            "it is expected. Needs the order's number. 查询订单状态 物流 到货",
            parameters=ONE_ORDER,
            url="/demo/orders/{order}",
            answer_fields=["order", "status", "items", "total", "expected", "delivered"],
        ),
        Tool(
            name="cancel_order",
            label="Cancel an order",
            description="Cancels an order of the visitor that has not left yet. 取消订单",
            parameters=ONE_ORDER,
            method=Tool.Method.POST,
            url="/demo/orders/{order}/cancel",
            answer_fields=["order", "status", "message"],
            writes=True,
            question="Cancel order {order}",
        ),
    ]
    for tool in tools:
        tool.tenant, tool.credential = tenant, SecretStr(credential())
        tool.save()
    return tools
