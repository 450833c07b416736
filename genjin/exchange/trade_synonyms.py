"""What people write over the columns of order books, lists of shipments and of receipts; folded, by field.

A word stands for one field of a kind only; where columns of two meanings are headed alike, none is guessed.
"""

ORDER = {
    "order.number": (
        "order|order no|order number|order id|order_id|orderid|order #|sales order|sales order no|so no|"
        "so number|invoice|invoice no|invoice number|invoice id|invoiceno|contract no|contract number|"
        "pi no|pi number|proforma invoice no|sc no|s/c no|our ref|our reference|reference no|订单号|"
        "订单编号|订单|合同号|合同编号|单号|发票号|发票号码|形式发票号|销售订单号|订单号码|外销合同号|pi号|"
        "so号"
    ),
    "order.ordered_on": (
        "ordered on|order date|order_date|date|date of order|placed on|contract date|invoice date|"
        "invoicedate|pi date|po date|下单日期|订单日期|签约日期|日期|下单时间|订单时间|合同日期|签单日期|"
        "成交日期|开票日期"
    ),
    "order.delivery_on": (
        "delivery date|required date|required_date|requested date|delivery|delivery time|due to ship|"
        "ex-factory date|交货期|交期|交货日期|交货时间|要求交期|客户交期|约定交期"
    ),
    "order.kind": "kind of order|order type|order kind|type of order|订单类型|订单种类|订单性质",
    "order.state": "order state|order status|status|order stage|订单状态|状态|执行状态|订单进度",
    "order.currency": "currency|ccy|currency code|币种|货币|币别",
    "order.exchange_rate": "exchange rate|ex rate|fx rate|汇率",
    "order.incoterm": (
        "incoterm|incoterms|price term|price terms|trade term|trade terms|terms of delivery|delivery terms|"
        "贸易术语|价格条款|成交方式|价格术语|贸易方式|贸易条款"
    ),
    "order.incoterm_place": "place|incoterm place|named place|地点|指定地点",
    "order.port_of_loading": "port of loading|pol|loading port|from port|起运港|装运港|装货港|出运港|启运港",
    "order.port_of_destination": (
        "port of destination|pod|destination port|port of discharge|destination|目的港|目的地|卸货港"
    ),
    "order.transport_mode": (
        "transport|transport mode|mode of transport|shipping method|运输方式|出运方式|运输"
    ),
    "order.payment_method": "payment|payment method|method of payment|付款方式|收汇方式|支付方式|结算方式",
    "order.payment_terms": (
        "payment terms|payment term|terms of payment|terms|付款条件|付款条款|付款约定|收款条件|账期"
    ),
    "order.customer_po_no": (
        "customer's order number|customer po|po|po no|po number|customer order no|purchase order|buyer po|"
        "客户订单号(po)|客户订单号|客户po|客户单号|客户合同号|po号"
    ),
    "order.amount": (
        "order amount|total|order total|total amount|grand total|invoice amount|invoice total|"
        "invoice value|contract amount|order value|total value|总金额|订单金额|合同金额|总价|订单总额|"
        "合同总额|订单总金额|发票金额|成交金额"
    ),
    "order.freight": "freight charged|ocean freight charged|向客户收取的运费|收取运费|代收运费",
    "order.insurance": "insurance charged|向客户收取的保费|收取保费|代收保费",
    "order.discount": "discount on the order|order discount|total discount|订单折扣|整单折扣|优惠金额",
    "order.other": "other charges|further charges|其他费用|其它费用|附加费用",
    "order.remarks": "remarks|remark|notes|comments|备注|说明|备注信息|销售情况|销售情况记录",
    "order.owner": "owner|salesperson|sales rep|sales|account manager|业务员|负责人|跟单员|销售员|外销员",
}
LINE = {
    "line.code": (
        "product code|product id|product_id|productid|item|item no|item code|item number|sku|article|"
        "article no|stock code|stockcode|part no|part number|style no|产品编码|产品编号|货号|产品代码|编码|"
        "商品编码|款号|物料编码"
    ),
    "line.description": (
        "description|product|product name|product description|item name|item description|goods|"
        "name of goods|commodity|品名描述|品名|产品|产品名称|货物名称|名称|商品名称|货物|中文品名|英文品名"
    ),
    "line.model": "model|model no|型号|产品型号",
    "line.colour": "colour|color|颜色",
    "line.spec": "specification|specifications|spec|specs|规格|产品规格|规格参数",
    "line.quantity": (
        "quantity|qty|pcs|units|order qty|ordered quantity|quantity ordered|数量|订单数量|件数|订购数量|"
        "数量(pcs)"
    ),
    "line.cancelled_quantity": "cancelled quantity|canceled quantity|cancelled qty|取消数量|退货数量",
    "line.unit": "unit|uom|unit of measure|单位|计量单位",
    "line.unit_price": (
        "unit price|unit_price|unitprice|price|fob price|price usd|unit price usd|单价|价格|含税单价|"
        "外销单价|美金单价"
    ),
    "line.discount": "discount|discount %|line discount|disc|折扣|折扣率|行折扣",
    "line.amount": (
        "amount of the line|amount|line total|line amount|sales|subtotal|sub total|net amount|"
        "extended price|value|行金额|金额|小计|销售额|货值|金额小计"
    ),
}
VOYAGE = {
    "shipment.etd": (
        "departure (etd)|etd|estimated departure|planned departure|expected departure|sailing date|"
        "预计开航(etd)|预计开航|预计开船|预计出运|预计离港|预计装船|计划出运日期|开船日|船期"
    ),
    "shipment.eta": (
        "arrival (eta)|eta|estimated arrival|expected arrival|planned arrival|预计到港(eta)|预计到港|"
        "预计到货|预计抵港|预计到达|预抵日期|预计到港日期|预计到港时间"
    ),
    "shipment.atd": (
        "left on|atd|shipped on|ship date|shipped date|shipped_date|date shipped|shipping date|"
        "shipment date|actual departure|dispatched on|despatch date|on board date|departed on|实际开航|"
        "实际离港|实际出运|出货时间|出货日期|发货日期|发货时间|出运日期|装船日期|开船日期|实际开船|"
        "发运日期|离港日期"
    ),
    "shipment.ata": (
        "arrived on|ata|arrival date|actual arrival|date of arrival|date arrived|实际到港|到港日期|"
        "到港时间|到货日期|实际到达|抵港日期|到达日期"
    ),
    "shipment.vessel": "vessel|vessel name|ship name of vessel|mother vessel|船名|船名航次|承运船",
    "shipment.container_no": "container numbers|container no|container number|containers|柜号|箱号|集装箱号",
    "shipment.bl_no": (
        "b/l number|b/l no|bl no|bl number|bill of lading|bill of lading no|提单号|提单号码|主单号"
    ),
}
SHIPMENT = {
    "shipment.number": (
        "shipment number|shipment no|shipment id|shipment|出运单号|出运编号|发货单号|出货单号|运单编号"
    ),
    "shipment.mode": (
        "transport|mode|ship mode|transport mode|mode of transport|shipping method|运输方式|出运方式"
    ),
    "shipment.voyage": "voyage|voyage no|voy|航次|航次号",
    "shipment.container_type": "container|container type|container size|柜型|箱型|箱型箱量",
    "shipment.container_count": "number of containers|containers qty|container qty|柜量|箱量|柜数",
    "shipment.bl_type": "kind of b/l|b/l type|bl type|release type|提单类型|放单方式",
    "shipment.bl_on": "b/l date|bl date|bill of lading date|提单日期|提单日",
    "shipment.awb_no": "air waybill|awb|awb no|airway bill|air waybill no|空运单号|空运提单号",
    "shipment.courier": "courier|courier company|express company|快递公司|快递",
    "shipment.courier_no": (
        "courier number|courier no|tracking no|tracking number|tracking|快递单号|运单号|物流单号"
    ),
    "shipment.forwarder": "freight forwarder|forwarder|carrier|shipping line|货代|货代公司|船公司|承运人",
    "shipment.booking_no": "booking number|booking no|booking|so|订舱号|订舱单号",
    "shipment.port_of_loading": "port of loading|pol|loading port|起运港|装运港|启运港",
    "shipment.port_of_destination": "port of destination|pod|port of discharge|destination|目的港|卸货港",
    "shipment.cleared_on": "cleared on|customs cleared|clearance date|清关日期|清关时间",
    "shipment.received_on": "received on|received date|delivered on|收到日期|签收日期|收货日期",
    "shipment.warehoused_on": "in stock on|warehoused on|warehouse date|入库日期|入仓日期",
    "shipment.free_days": (
        "free days|free time|free time days|free detention|免箱期(天)|免箱期|免柜期|免用箱天数"
    ),
    "shipment.demurrage_rate": "demurrage a day|demurrage rate|demurrage|每日滞港费|滞港费|滞箱费",
    "shipment.remarks": "remarks|remark|notes|备注",
    "line.code": LINE["line.code"],
    "line.description": LINE["line.description"],
    "line.quantity": (
        "quantity shipped|shipped quantity|shipped qty|quantity|qty|出运数量|发货数量|出货数量|本次数量|数量"
    ),
}
MONEY = {
    "payment.due_on": (
        "due on|due date|duedate|payment due|payment due date|maturity|到期日|应收日期|到期日期|付款到期日|"
        "应付日期|收款期限"
    ),
    "payment.paid": (
        "paid|paid amount|amount paid|total paid|received amount|已付|已收|已收款|已付金额|已收金额|"
        "收款金额|回款金额"
    ),
    "payment.paid_on": (
        "paid on|paid date|payment date|date paid|settled date|settled on|settlement date|settleddate|"
        "date received|收款日期|回款日期|到账日期|付款日期|结清日期|付清日期"
    ),
    "payment.deposit": (
        "deposit paid|deposit|deposit amount|advance|down payment|已付定金|定金|预付款|订金|定金金额"
    ),
    "payment.deposit_on": (
        "deposit paid on|deposit date|deposit received|定金收到日期|定金日期|定金到账日期|定金时间"
    ),
    "payment.balance": "balance paid|balance amount|balance received|已付尾款|尾款|尾款金额",
    "payment.balance_on": "balance paid on|balance date|尾款收到日期|尾款日期|尾款到账日期|尾款时间",
    "payment.bank_charges": "bank charges|bank charge|bank fee|手续费|银行手续费|银行扣费",
}
RECEIPT = {
    "receipt.number": (
        "receipt number|receipt no|receipt id|payment no|payment id|收款单号|收款编号|回款编号|水单号"
    ),
    "receipt.received_on": (
        "received on|date|receipt date|payment date|date received|value date|paid on|paid date|"
        "settled date|settleddate|settled on|收到日期|收款日期|回款日期|到账日期|日期|入账日期|付款日期"
    ),
    "receipt.amount_paid": (
        "amount paid|amount|paid amount|paid|payment amount|sum|付款金额|金额|收款金额|回款金额|汇款金额|"
        "客户付款金额"
    ),
    "receipt.amount_received": (
        "amount received|received amount|net amount|net received|credited amount|到账金额|实收金额|"
        "实际到账|入账金额|净额"
    ),
    "receipt.bank_charges": (
        "bank charges|bank charge|bank fee|bank fees|charges|fee|手续费|银行手续费|银行扣费|扣费"
    ),
    "receipt.currency": "currency|ccy|币种|货币|币别",
    "receipt.allocated": (
        "of it for this order|allocated|allocated amount|amount for this order|applied amount|核销金额|"
        "其中用于此订单|本单金额"
    ),
    "receipt.payer": "payer|paid by|remitter|ordering customer|付款人|汇款人|付款方|付款账户名",
    "receipt.method": "payment|payment method|method|method of payment|付款方式|收款方式|汇款方式",
    "receipt.reference": (
        "bank reference|reference|reference no|transaction id|transaction no|swift ref|银行流水号|流水号|"
        "交易号|参考号"
    ),
    "receipt.note": "note|notes|remarks|remark|comment|备注|说明|摘要",
}
