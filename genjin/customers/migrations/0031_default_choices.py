"""The choices that ship with the product (B-9, 002-20, 002-29); all of them may be edited."""

from django.db import migrations

CHOICES = {
    "SOURCE": [
        ("展会", "Exhibition"), ("B2B 平台", "B2B platform"), ("官网询盘", "Own website"),
        ("搜索引擎", "Search engine"), ("LinkedIn 领英", "LinkedIn"), ("Facebook", "Facebook"),
        ("其他社交媒体", "Other social media"), ("老客户介绍", "Referral by a customer"),
        ("朋友介绍", "Referral by a friend"), ("开发信", "Cold mail"), ("电话开发", "Cold call"),
        ("海关数据", "Customs data"), ("上门来访", "Walk-in visit"), ("合作伙伴", "Partner"), ("其他", "Other"),
    ],
    "BUSINESS_TYPE": [
        ("进口商", "Importer"), ("批发商", "Wholesaler"), ("分销商", "Distributor"), ("零售商", "Retailer"),
        ("连锁超市", "Chain store"), ("网店", "Online shop"), ("品牌商", "Brand owner"),
        ("制造商", "Manufacturer"), ("贸易公司", "Trading company"), ("采购办", "Buying office"),
        ("代理商", "Agent"), ("工程商", "Contractor"), ("设计公司", "Design firm"), ("安装商", "Installer"),
        ("服务商", "Service company"), ("终端用户", "End user"), ("政府机构", "Public body"), ("其他", "Other"),
    ],
    "INDUSTRY": [
        ("机械设备", "Machinery"), ("五金工具", "Hardware and tools"), ("建材", "Building materials"),
        ("家居家具", "Home and furniture"), ("灯具照明", "Lighting"), ("电子电器", "Electronics and appliances"),
        ("纺织服装", "Textiles and clothing"), ("鞋包配饰", "Shoes, bags, accessories"),
        ("汽摩配件", "Vehicle parts"), ("医疗健康", "Medical and health"), ("化工", "Chemicals"),
        ("包装印刷", "Packaging and printing"), ("食品农产品", "Food and farm products"),
        ("玩具礼品", "Toys and gifts"), ("运动户外", "Sports and outdoor"), ("能源环保", "Energy and environment"),
        ("其他", "Other"),
    ],
    "CUSTOMER_GROUP": [
        ("待跟进", "To be followed up"), ("询盘客户", "Inquiry"), ("样单客户", "Sample order"),
        ("成交客户", "Has ordered"), ("复购客户", "Orders again"),
    ],
    "SALES_CHANNEL": [
        ("线上", "Online"), ("电商平台", "Marketplaces"), ("实体零售", "Retail shops"), ("批发", "Wholesale"),
        ("经销网络", "Dealer network"), ("工程项目", "Projects"), ("招投标", "Tenders"),
    ],
}  # fmt: skip


def add_choices(apps, schema_editor):
    entry = apps.get_model("customers", "ListEntry")
    known = set(entry.objects.values_list("list", flat=True))
    entry.objects.bulk_create(
        entry(list=name, name_zh=zh, name_en=en, position=position)
        for name, choices in CHOICES.items()
        if name not in known
        for position, (zh, en) in enumerate(choices, start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("customers", "0030_list_indexes")]
    # Backwards the rows stay: customers may point at them, and the table goes with an earlier migration.
    operations = [migrations.RunPython(add_choices, migrations.RunPython.noop)]
