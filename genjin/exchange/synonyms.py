"""Headings that people write over their columns, in Chinese and English, for each field to import."""

from genjin.exchange import trade_synonyms as trade

_CUSTOMER = {
    "customer.name": (
        "company name|company|customer|customer name|account|account name|client|client name|"
        "organisation|organization|firm|buyer|公司名称|公司|公司名|客户名称|客户|客户名|单位名称|单位|"
        "企业名称|买家|客户公司|公司英文名|英文名称"
    ),
    "customer.name_local": "local name|chinese name|name in chinese|中文名称|公司中文名|中文名|当地名称",
    "customer.short_name": "short name|abbreviation|nickname|简称|客户简称|公司简称",
    "customer.code": (
        "customer code|customer id|customer no|client id|account number|客户编号|客户代码|客户号|编号|"
        "客户编码"
    ),
    "customer.country": (
        "country|nation|country/region|ship country|国家|国别|所在国家|国家/地区|国家地区|所属国家"
    ),
    "customer.city": "city|town|城市|所在城市|市",
    "customer.address": (
        "address|street|street address|company address|地址|公司地址|详细地址|联系地址|街道"
    ),
    "customer.website": (
        "website|web site|web|url|homepage|web page|domain|网址|网站|公司网址|公司网站|官网|主页"
    ),
    "customer.phone": (
        "company phone|office phone|main phone|switchboard|公司电话|总机|办公电话|座机|固定电话"
    ),
    "customer.fax": "fax|fax number|business fax|传真|传真号|公司传真",
    "customer.industry": "industry|sector|branch|行业|所属行业|客户行业",
    "customer.business_type": (
        "business type|type of business|customer type|company type|经营类型|企业性质|业务类型|客户性质|"
        "公司性质"
    ),
    "customer.source": "source|lead source|customer source|来源|客户来源|渠道来源|线索来源|来源渠道",
    "customer.tags": "tags|labels|标签|客户标签",
    "customer.owner": (
        "owner|account owner|sales|salesperson|sales rep|account manager|assigned to|responsible|"
        "负责人|业务员|跟进人|所属业务员|销售|归属人|客户经理|业务负责人"
    ),
    "customer.follow_grade": "follow-up grade|follow up grade|跟进等级|跟进级别",
    "customer.value_class": "purchase class|purchase grade|采购等级|采购分类|采购级别|价值等级|abc class",
    "customer.relationship_class": "relationship class|relationship grade|关系等级|关系分类|关系级别",
    "customer.lifecycle_stage": "lifecycle stage|customer stage|lifecycle|生命周期|客户阶段|生命周期阶段",
    "customer.key_account": "key account|重点客户|大客户|大客户等级",
    "customer.main_products": (
        "main products|products|products of interest|主营产品|产品|意向产品|感兴趣产品|采购产品|经营产品"
    ),
    "customer.employees": "employees|number of employees|headcount|staff|员工人数|人数|公司规模|规模",
    "customer.founded_year": "founded|year founded|established|成立年份|成立时间|成立年",
    "customer.annual_purchase": "annual purchase|annual volume|yearly purchase|年采购额|年采购量|采购额",
    "customer.remarks": (
        "remarks|remark|notes|note|comments|comment|description|memo|备注|说明|备注信息|客户备注|描述"
    ),
    "customer.next_step": (
        "next step|next action|next follow-up|to do|下一步|下一步计划|下步计划|次回跟进|下次跟进|"
        "下次跟进内容|待办"
    ),
    "customer.next_step_on": (
        "next date|next step date|next follow-up date|next contact date|next contact|下次跟进日期|"
        "下次跟进时间|"
        "下次联系日期|下次联系时间|次回跟进日期|下次联系"
    ),
}
_CONTACT = {
    "contact.name": (
        "contact|contact name|contact person|full name|person|name of contact|primary contact|attn|"
        "attention|联系人|联系人姓名|姓名|联络人|主要联系人|对接人"
    ),
    "contact.family_name": "last name|family name|surname|姓|姓氏",
    "contact.given_name": "first name|given name|名|名字",
    "contact.salutation": "salutation|prefix|称呼|称谓",
    "contact.job_title": "title|job title|position|job|role|contact title|职务|职位|岗位|头衔|职称",
    "contact.department": "department|dept|部门|所属部门",
    "contact.email": (
        "mail|e-mail|email|e-mail address|email address|primary email|mail address|work email|邮箱|"
        "邮件|电子邮件|电子邮箱|邮箱地址|联系邮箱|工作邮箱|email地址"
    ),
    "contact.mobile": (
        "mobile|mobile phone|cell|cell phone|cellphone|手机|手机号|手机号码|移动电话|联系手机"
    ),
    "contact.phone": (
        "phone|telephone|tel|phone number|contact phone|contact number|tel no|business phone|"
        "work phone|电话|联系电话|电话号码|联系方式|固话"
    ),
    "contact.whatsapp": "whatsapp|whats app|wa|whatsapp号",
    "contact.wechat": "wechat|we chat|weixin|微信|微信号",
    "contact.skype": "skype|skype id",
    "contact.qq": "qq|qq号|qq号码",
    "contact.linkedin": "linkedin|领英",
    "contact.birthday": "birthday|date of birth|birth date|生日|出生日期",
    "contact.languages": "language|languages|语言|沟通语言",
}
_INTERACTION = {
    "interaction.happened_at": (
        "date|when|time|date of contact|follow-up date|follow up date|contact date|activity date|日期|"
        "时间|跟进日期|跟进时间|联系日期|联系时间|沟通时间|拜访日期"
    ),
    "interaction.kind": (
        "channel|method|kind of contact|contact method|activity|activity type|跟进方式|联系方式|"
        "沟通方式|方式|跟进类型"
    ),
    "interaction.content": (
        "content|summary|details|notes|note|text|subject|description|follow-up|follow up|record|内容|"
        "跟进内容|沟通内容|跟进记录|记录|联系内容|详情|摘要|备注"
    ),
    "interaction.outcome": "outcome|result|结果|跟进结果|沟通结果",
    "interaction.reaction": "reaction|customer reaction|feedback|客户反应|反馈|客户反馈",
    "interaction.next_step": "next step|next action|to do|下一步|下一步计划|下步计划|待办",
    "interaction.next_step_on": (
        "next date|next step date|next follow-up date|next contact|下次跟进日期|下次联系时间|"
        "下次跟进时间|下次联系"
    ),
    "interaction.person": "by|person|salesperson|sales|logged by|跟进人|业务员|记录人|拜访人",
    "interaction.minutes": "minutes|duration|时长|分钟",
}
_WHOSE = {key: _CUSTOMER[key] for key in ("customer.name", "customer.code")}
_PRODUCT = {
    "product.code": (
        "product code|product id|item id|item code|item no|item number|item|sku|code|model no|product no|"
        "article|article no|part no|产品编码|产品编号|货号|编码|商品编码|产品货号|物料编码|款号"
    ),
    "product.name_en": (
        "product name|name|english name|name in english|item name|product|description|product description|"
        "description of goods|英文名称|英文品名|产品英文名|英文名"
    ),
    "product.name_zh": "chinese name|name in chinese|中文名称|中文品名|产品名称|品名|产品中文名|名称|中文名",
    "product.category": "category|product category|group|type|class|分类|产品分类|类别|产品类别|品类|类目",
    "product.spec": (
        "specification|specifications|spec|specs|details|parameters|规格|产品规格|规格参数|参数|详细参数"
    ),
    "product.model": "model|型号|产品型号|规格型号",
    "product.colour": "colour|color|颜色",
    "product.unit": "unit|uom|unit of measure|单位|计量单位",
    "product.moq": "moq|minimum order quantity|min order|minimum order|起订量|最小起订量|最低起订量",
    "product.hs_code": "hs code|hs|customs code|tariff code|hscode|海关编码|hs编码|商品编码hs|税号",
    "product.packing": "packing|package|packaging|包装|包装方式",
    "product.units_per_carton": (
        "units per carton|pcs/ctn|qty/ctn|pcs per carton|quantity per carton|qty per carton|每箱数量|装箱数|"
        "箱装数|装箱量|每箱个数"
    ),
    "product.carton_length": "carton length|length|箱长|外箱长|长",
    "product.carton_width": "carton width|width|箱宽|外箱宽|宽",
    "product.carton_height": "carton height|height|箱高|外箱高|高",
    "product.gross_weight": (
        "gross weight|gross weight per carton|单箱毛重|g.w.|gw|gross weight kg|毛重|每箱毛重"
    ),
    "product.net_weight": "net weight|net weight per carton|单箱净重|n.w.|nw|net weight kg|净重|每箱净重",
    "product.vat_rate": "vat rate|vat|增值税率|税率",
    "product.tax_refund_rate": "tax refund rate|refund rate|rebate rate|退税率",
    "product.lead_time_days": "交货周期|lead time|lead time days|delivery time|交货期|交期|生产周期",
    "product.supplier": "supplier|factory|vendor|manufacturer|供应商|工厂|厂家",
    "product.cost": (
        "cost with vat per unit|含税单价成本|cost|cost price|purchase price|unit cost|"
        "含税成本|成本|成本价|采购价|进价|含税采购价"
    ),
    "product.cost_currency": "currency of the cost|cost currency|成本币种|采购币种",
    "product.currency": "currency|price currency|币种|货币|报价币种",
    "product.incoterm": "incoterm|price term|terms|trade term|贸易术语|价格条款|价格术语",
    "product.incoterm_place": "incoterm place|place|port|port of loading|地点|起运港|装运港",
    "product.price_1": (
        "price|unit price|fob price|fob|sales price|selling price|list price|price 1|price usd|fob usd|"
        "单价|价格|报价|售价|销售价|外销价|单价1|价格1|fob价"
    ),
    "product.quantity_1": "quantity|from quantity|qty|quantity 1|qty 1|数量|起订数量|数量1|数量起",
    "product.price_2": "单价 2|price 2|unit price 2|价格2|单价2",
    "product.quantity_2": "起订数量 2|quantity 2|qty 2|from quantity 2|数量2",
    "product.price_3": "单价 3|price 3|unit price 3|价格3|单价3",
    "product.quantity_3": "起订数量 3|quantity 3|qty 3|from quantity 3|数量3",
    "product.price_4": "单价 4|price 4|unit price 4|价格4|单价4",
    "product.quantity_4": "起订数量 4|quantity 4|qty 4|from quantity 4|数量4",
    "product.valid_until": "valid until|validity|price valid until|有效期|有效期至|价格有效期",
}
_NUMBERS = {"order.numbers": trade.ORDER["order.number"]}

FIELDS: dict[str, dict[str, tuple[str, ...]]] = {
    kind: {field: tuple(words.split("|")) for field, words in table.items()}
    for kind, table in {
        "customers": {**_CUSTOMER, **_CONTACT},
        "contacts": {**_CONTACT, **_CUSTOMER},
        "interactions": {**_INTERACTION, **_WHOSE, "contact.name": _CONTACT["contact.name"]},
        "products": _PRODUCT,
        "orders": {**trade.ORDER, **trade.LINE, **trade.VOYAGE, **trade.MONEY, **_WHOSE},
        "order_lines": {"order.number": trade.ORDER["order.number"], **trade.LINE},
        "shipments": {**_NUMBERS, **trade.VOYAGE, **trade.SHIPMENT},
        "payments": {**trade.RECEIPT, **_NUMBERS, **_WHOSE},
    }.items()
}

# Headings that name a grading without saying which: the person chooses, never the program.
UNNAMED_GRADINGS = frozenset(
    (
        "等级|级别|类型|类别|分类|分级|客户等级|客户级别|客户类别|客户分类|客户分级|客户类型|评级|星级|"
        "level|class|type|grade|category|rating|rank|tier|customer level|customer class|customer grade|"
        "customer category|customer rating|abc|group|status|状态|客户状态"
    ).split("|")
)
GRADINGS = (
    "customer.follow_grade",
    "customer.value_class",
    "customer.relationship_class",
    "customer.lifecycle_stage",
    "customer.key_account",
    "customer.business_type",
    "customer.source",
    "customer.tags",
)
