"""Words that many companies have in their names: branches of trade, places, conjunctions, abbreviations.

Each line of a table is one meaning: how it is written in English, then in other languages and in short. Two
names are compared by meanings, so that 宁波恒泰工具 and Ningbo Hengtai Tools Co. have the same words.
"""

from __future__ import annotations

import re

from genjin.rules.duplicates.scripts import HAN, plain

_TRADES = """
import: imp imports importing importer importers importadora importacion importaciones importacao importazioni ithalat импорт  impexp
export: exp exports exporting exporter exporters exportadora exportacion exportaciones exportacao esportazioni ihracat экспорт
import_export: impex importexport 进出口 impeks импэкс
trade: trading trades trdg tradings traders trader handel handels handelsges handelsgesellschaft commerce commercial comercial comercio comercializadora commerciale commerciali ticaret ticareti tic trgovina torgovlya трейд трейдинг торговля торговый торг торговая handlowa handlowe handlowy kereskedelmi kereskedelem obchod obchodni kauppa dagang perdagangan 贸易 商贸 经贸 外贸 thuongmai negoce negocios merchandise merchandising merchants mercantile commerz shoji 商事
international: intl int internacional internazionale internationale internationaler internationales uluslararasi miedzynarodowa mezinarodni 国际 worldwide интернешнл интернэшнл международная
global: globe 环球 全球
world: 世界
group: grp groupe gruppe grupo gruppo grup grupa группа групп groep koncern konzern 集团
holding: holdings hldg hldgs hldngs холдинг holdco 控股 beteiligungs beteiligungsgesellschaft
industry: ind inds industries industrie industria industrias industrial indust industriale industriali industrielle endustri endustriyel sanayi sanayii przemysl promyshlennost пром 实业 工业 industri indl
manufacture: mfg mfr mfrs manufacturing manufacturer manufacturers manufactory manufaktur manufactura manufacturas manufacturera imalat imalati uretim produktion proizvodstvo производство 制造 制品 fabrication fabrications
factory: fty fabrik fabrika fabrica fabryka works plant werk werke usine 厂 工厂 总厂 fabriek tovarna zavod завод mills mill 制造厂
production: productions produzione produccion producciones producao 生产
product: products prod produkte produkt produits productos prodotti produtos 产品 urunleri
engineering: eng engg engrg engineers engineer ingenieria ingenieurs ingenierie engenharia ingegneria muhendislik инжиниринг 工程 ingenieurburo ingenieurgesellschaft
technology: tech technologies technol technik technique tecnologia tecnologias technologie technologija teknoloji tekno технологии technical technics tecnica tecnologie teknologi 科技 技术 technologia technologii teknik
electronics: elec electronic elektronik electronica electronique elettronica electronicos elektronika электроника 电子 elektroniks
electric: electrical electricals electrics elektrik elektro electrica electricos elettrica elettriche электрик 电气 电器 electro
machinery: mach machine machines maschinen maschinenbau maquinaria maquinas macchine macchinari makina makine makinalari makineleri машины машиностроение mesin strojarna 机械 机电 strojirny maskin machineries maskinfabrik
equipment: equip equipments equipamentos equipos equipements оборудование ekipman ekipmanlari 设备 ausrustung
tool: tools werkzeuge werkzeug werkzeugbau herramientas outils outillage utensili инструмент instrument narzedzia 工具 ferramentas aletleri
instrument: instruments instrumentation 仪器 仪表
hardware: hardwares hw 五金 ferreteria quincaillerie 五金制品 ferragens hirdavat
metal: metals metall metalle metalli metales metaux metais metalurgia metallurgy 金属 metallbau metalworks
steel: steels stahl acero aceros acier acciai acciaio celik сталь 钢铁 钢 aco stahlbau
plastic: plastics plast plastik plasticos kunststoffe kunststoff kunststofftechnik plastiques plastica plastiche пласт 塑料 塑胶 塑业
rubber: caoutchouc gummi caucho gomma 橡胶 橡塑 kaucuk borracha
chemical: chem chemicals chemie chemische quimica quimicos quimicas chimie chimica kimya химия himia 化工 化学 chemistry
pharma: pharm pharmaceutical pharmaceuticals farma farmaceutica farmaceutici 医药 药业 制药 pharmacy
medical: medic medicals medico medica medizintechnik medikal 医疗 医疗器械 медицинский
textile: textiles textil tekstil textilien tessile tessuti текстиль 纺织 纺织品 fabrics fabric
garment: garments apparel apparels clothing clothes fashion fashions bekleidung confecciones confection moda mode 服装 服饰 制衣 konfeksiyon
shoe: shoes footwear calzado calzados chaussures calzature schuhe ayakkabi 鞋业 鞋 calcados
furniture: furnitures mobel mobilya muebles meubles mobili moveis мебель 家具 家私 furnishing furnishings
food: foods alimentos alimentaire alimentari alimentaria lebensmittel gida продукты 食品 foodstuff foodstuffs nahrungsmittel pangan
packaging: packing pack packagings verpackung verpackungen verpakking verpakkingen embalagens embalajes emballage imballaggi ambalaj упаковка 包装 opakowania
paper: papers papel papier carta kagit 纸业 papeles
print: printing printers druck imprimerie imprenta matbaa 印刷
auto: automotive automobile automobiles autos automotor автомобильный 汽车 otomotiv automotriz
part: parts teile autoparts partes repuestos pecas spares 配件 汽配 零部件 汽车配件 ersatzteile ricambi запчасти component components
light: lighting lights lightings lamp lamps leuchten beleuchtung iluminacion eclairage illuminazione aydinlatma 照明 灯饰 灯具 lichttechnik illumination
solar: solarenergie 太阳能 光伏 photovoltaic pv
energy: energies energie energia energetica enerji энергия 能源 energi
power: 电力 动力
build: building buildings construction constructions constr construcciones construcoes costruzioni bau insaat stroy строй 建筑 建设 bouw stroitelnyi
material: materials mat materiais materiales materiaux materiali malzeme malzemeleri 材料 建材 materialien
home: house household haushaltswaren casa hogar 家居 家居用品 日用品 homeware housewares
toy: toys juguetes jouets spielwaren giocattoli oyuncak 玩具 spielzeug brinquedos игрушки
gift: gifts regalos cadeaux 礼品 giftware
craft: crafts handicraft handicrafts artesanias 工艺品 工艺
sport: sports sporting deportes sportartikel 体育 体育用品 spor
outdoor: outdoors 户外 户外用品
garden: gardening gardens garten jardin jardines 园林 园艺 bahce
pump: pumps pumpen bombas pompes pompe pompa 泵业 泵 насосы
valve: valves ventile armaturen valvulas vannes valvole vana 阀门 armatur robinetterie
bearing: bearings lager rodamientos roulements cuscinetti rulman 轴承 подшипник
fastener: fasteners 紧固件 befestigungstechnik
mold: mould molds moulds moldes stampi kalip 模具 formenbau molding moulding
glass: glas vidrio verre vetro cam 玻璃
ceramic: ceramics ceramica ceramicas keramik seramik 陶瓷
stone: stones 石材 marmi marble granite
wood: timber holz madera maderas bois legno 木业
cable: cables kabel kablo wire wires 电缆 线缆
optic: optics optical optik optica 光学 光电 optoelectronics
automation: automatisierung automatizacion automazione automatisierungstechnik automatisation otomasyon 自动化
control: controls kontrol 控制
system: systems systeme sistemas sistemi sistem systemes systemtechnik sistemleri 系统
solution: solutions losungen soluciones solucoes soluzioni cozumleri 解决方案
service: services svc svcs servicios servicos servizi servis сервис hizmetleri dienstleistungen hizmet 服务 dienst
supply: supplies supplier suppliers suministros fournitures forniture 供应 供应链 procurement sourcing
distribution: distributors distributor dist distribuidora distribuciones distribuidores vertrieb vertriebs distribuzione дистрибьюшн dagitim vertriebsgesellschaft 配送
wholesale: wholesalers grosshandel mayorista toptan 批发 grossiste
retail: retailers einzelhandel 零售
store: stores shop shops boutique laden tienda magasin magazin 商店 商场
logistics: logistic logistik logistica logistique lojistik логистика 物流 freight forwarding shipping transport transportes transports spedition 货运 运输 nakliyat cargo
agency: agencies agentur agencia agence 代理 representaciones
consulting: consultants consultancy consultores beratung conseil danismanlik 咨询 advisory
enterprise: ent enterprises entreprise entreprises empresa empresas unternehmen 企业 isletme isletmeleri ventures venture
business: bus businesses negocio
investment: invest investments inversiones investimentos investissements yatirim инвест 投资 capital
development: dev developments desarrollo entwicklung developpement 发展 开发
agro: agri agricultural agriculture agricola agrar tarim 农业 agricoles agrarian
farm: farms farming 农场
cosmetic: cosmetics kosmetik cosmeticos cosmetiques cosmetici kozmetik 化妆品 beauty 美容 косметика
jewelry: jewellery jewels joyeria bijoux schmuck 珠宝 首饰
network: networks netzwerk 网络
software: 软件 yazilim
information: info informatics informatique informatica informationstechnik 信息 it
communication: communications telecom telecommunication telecommunications telekom 通信 通讯 komunikasi
digital: 数码 数字
media: medien medios 传媒
design: designs diseno 设计 tasarim
art: arts kunst arte 艺术
brand: brands marken marcas 品牌
association: assoc assn associates asociacion verband 协会 associated
brothers: bros bro gebr gebruder gebrueder hermanos freres fratelli irmaos kardesler hnos flli gebroeders braca
son: sons sohne soehne hijos fils figli filhos ogullari ogul zonen sohn soner
general: gen generale allgemeine genel 综合
national: natl nacional nazionale 全国
union: unions
center: centre centro zentrum centrum merkezi 中心
house: haus dom
lab: labs laboratory laboratories labor laboratorios laboratoires 实验室
research: forschung 研究 研究所 研究院
environment: environmental 环保 环境
water: wasser agua eau acqua 水处理
aircon: 空调 hvac
kitchen: cocinas kuchen 厨具 厨房 cocina cucine
bath: bathroom sanitary sanitarios 卫浴 洁具 sanitaryware sanitair
bicycle: bicycles bike bikes 自行车 fahrrad
motor: motors motoren motores 电机 马达
battery: batteries batterien 电池
spring: springs federn 弹簧
casting: castings giesserei fundicion 铸造 foundry
precision: prazision 精密 prazisionstechnik
smart: intelligent 智能
new: neue nuevo nouveau nuova yeni
newmaterial: 新材料
pet: pets 宠物 宠物用品
baby: bebe 婴童 母婴
office: buro 办公 办公用品
stationery: 文具
bag: bags 箱包 手袋 luggage
leather: leder cuero cuir pelle deri 皮革 皮具
knit: knitting knitwear 针织
seafood: pescados 水产 海鲜 fish fisheries
tea: 茶叶 茶业
wine: wines weine vinos vins vini
coffee: kaffee cafe kahve
marine: maritime 船舶 海运 shipbuilding
aviation: aerospace 航空 aero
railway: rail 铁路
mining: minerals mineral mineria maden 矿业
oil: oils petroleum petrol 石油
gas: gaz
cement: cimento 水泥
paint: paints coatings coating farben pinturas boya 涂料 油漆
ecommerce: 电子商务
creative: 创意 文化创意
culture: cultural 文化
security: sicherheit seguridad guvenlik 安防 安全
fire: 消防
health: healthcare gesundheit salud sante saglik 健康 保健
bio: biotech biotechnology 生物 生物科技
branch: filiale niederlassung sucursal succursale filial 分公司 分厂 zweigniederlassung sube subesi филиал
representative: repr 办事处 代表处
old: 老
bank: banco banca banque banka 银行 банк
partner: partners partnery partnerzy партнеры партнери
the: gesellschaft messrs der die das den le la les el los las il lo gli di du de da del della dei do dos das von van zum zur het op
and: und et y e ve i oraz og och ja dan en si и і ja
for: fur para pour per
of:
"""

_PLACES = """
CN: china prc chinese 中国 cn zhongguo
HK: hongkong hk 香港 xianggang
TW: taiwan 台湾 / taipei taichung kaohsiung 台北 台中
US: usa unitedstates unitedstatesofamerica us america american 美国 estados_unidos / newyork losangeles chicago houston texas california florida
GB: uk unitedkingdom greatbritain gb britain british england english 英国 / london manchester birmingham scotland
DE: germany deutschland german deutsche alemania allemagne 德国 almanya германия / berlin hamburg munchen munich koln cologne frankfurt stuttgart dusseldorf hannover nurnberg bremen leipzig
FR: france french francaise francia frankreich 法国 / paris lyon marseille
IT: italy italia italiana italian italien 意大利 / milano milan roma rome torino
ES: spain espana espanola iberica spanien 西班牙 / madrid barcelona valencia
PT: portugal portuguesa 葡萄牙 / lisboa lisbon porto
NL: netherlands nederland holland dutch niederlande 荷兰 / amsterdam rotterdam
BE: belgium belgie belgique belgien benelux 比利时 / brussels antwerp antwerpen
CH: switzerland schweiz suisse svizzera swiss 瑞士 / zurich geneva basel
AT: austria osterreich 奥地利 / wien vienna
PL: poland polska polen polish 波兰 / warszawa warsaw krakow poznan
CZ: czech czechrepublic czechia cesko ceska 捷克 / praha prague brno
SK: slovakia slovensko / bratislava
HU: hungary magyarorszag 匈牙利 hungaria / budapest
RO: romania 罗马尼亚 / bucuresti bucharest
BG: bulgaria 保加利亚 болгария / sofia
GR: greece hellas hellenic 希腊 / athens athina
TR: turkey turkiye turk turkish 土耳其 / istanbul ankara izmir bursa
RU: russia russianfederation россия russian rossiya 俄罗斯 rus / moscow moskva спб petersburg
UA: ukraine украина 乌克兰 / kyiv kiev
KZ: kazakhstan 哈萨克斯坦 / almaty
SE: sweden sverige svenska 瑞典 / stockholm goteborg
NO: norway norge norsk 挪威 / oslo
DK: denmark danmark dansk 丹麦 / copenhagen kobenhavn
FI: finland suomi suomen 芬兰 / helsinki
IE: ireland irish 爱尔兰 / dublin
IN: india indian bharat 印度 / mumbai delhi chennai bangalore bengaluru kolkata pune ahmedabad hyderabad gujarat
PK: pakistan 巴基斯坦 / karachi lahore sialkot
BD: bangladesh 孟加拉 / dhaka chittagong
LK: lanka srilanka ceylon 斯里兰卡 / colombo
JP: japan nippon nihon 日本 / tokyo osaka 东京 大阪 nagoya
KR: korea southkorea republicofkorea korean hanguk 韩国 / seoul busan
SG: singapore 新加坡
MY: malaysia 马来西亚 / kuala_lumpur penang johor
ID: indonesia 印尼 印度尼西亚 / jakarta surabaya
TH: thailand thai 泰国 / bangkok
VN: vietnam viet 越南 / hanoi saigon
PH: philippines philippine 菲律宾 / manila
AU: australia australian australasia 澳大利亚 / sydney melbourne brisbane perth
NZ: zealand newzealand 新西兰 / auckland
CA: canada canadian 加拿大 / toronto vancouver montreal
MX: mexico mexicana mexicano 墨西哥 / monterrey guadalajara
BR: brazil brasil brasileira do_brasil 巴西 / saopaulo curitiba
AR: argentina 阿根廷 / buenosaires
CL: chile chilena 智利 / santiago
CO: colombia colombiana 哥伦比亚 / bogota medellin
PE: peru peruana 秘鲁 / lima
AE: uae unitedarabemirates emirates 阿联酋 / dubai sharjah abudhabi 迪拜 ajman
SA: saudi saudiarabia ksa arabia 沙特 / riyadh jeddah dammam
QA: qatar 卡塔尔 / doha
KW: kuwait 科威特
OM: oman / muscat
BH: bahrain
EG: egypt misr 埃及 / cairo alexandria
JO: jordan / amman
LB: lebanon / beirut
IL: israel 以色列
IR: iran 伊朗 / tehran
ZA: southafrica sa_africa 南非 / johannesburg capetown durban
NG: nigeria nig 尼日利亚 / lagos
KE: kenya 肯尼亚 / nairobi
GH: ghana 加纳 / accra
MA: morocco maroc 摩洛哥 / casablanca
DZ: algeria algerie 阿尔及利亚 / alger
TN: tunisia tunisie / tunis
ET: ethiopia 埃塞俄比亚
TZ: tanzania 坦桑尼亚
"""
_CITIES = """
    北京 beijing 上海 shanghai 天津 tianjin 重庆 chongqing 深圳 shenzhen 广州 guangzhou 东莞 dongguan 佛山 foshan 中山 zhongshan 珠海 zhuhai
    惠州 huizhou 汕头 shantou 江门 jiangmen 顺德 shunde 宁波 ningbo 杭州 hangzhou 温州 wenzhou 义乌 yiwu 金华 jinhua 永康 yongkang
    台州 taizhou 绍兴 shaoxing 嘉兴 jiaxing 湖州 huzhou 慈溪 cixi 余姚 yuyao
    苏州 suzhou 无锡 wuxi 常州 changzhou 南京 nanjing 南通 nantong 扬州 yangzhou 徐州 xuzhou 昆山 kunshan 镇江 zhenjiang 泰州 taizhou
    盐城 yancheng 青岛 qingdao 济南 jinan 烟台 yantai 潍坊 weifang 临沂 linyi 淄博 zibo 威海 weihai 厦门 xiamen 福州 fuzhou
    泉州 quanzhou 晋江 jinjiang 石家庄 shijiazhuang 沧州 cangzhou
    保定 baoding 廊坊 langfang 唐山 tangshan 衡水 hengshui 邯郸 handan 大连 dalian 沈阳 shenyang 长春 changchun 哈尔滨 haerbin 郑州 zhengzhou
    洛阳 luoyang 新乡 xinxiang 武汉 wuhan 长沙 changsha 株洲 zhuzhou 南昌 nanchang 景德镇 jingdezhen 合肥 hefei 芜湖 wuhu 成都 chengdu
    西安 xian 昆明 kunming 贵阳 guiyang 南宁 nanning 柳州 liuzhou
    太原 taiyuan 兰州 lanzhou 乌鲁木齐 wulumuqi 海口 haikou 张家港 zhangjiagang 江阴 jiangyin 诸暨 zhuji 瑞安 ruian 乐清 yueqing 象山 xiangshan
    奉化 fenghua 舟山 zhoushan 丽水 lishui 衢州 quzhou 河源 heyuan 清远 qingyuan 揭阳 jieyang 潮州 chaozhou 肇庆 zhaoqing 湛江 zhanjiang
    九江 jiujiang 赣州 ganzhou 日照 rizhao 德州 dezhou 聊城 liaocheng 滨州 binzhou
    浙江 zhejiang 江苏 jiangsu 广东 guangdong 山东 shandong 福建 fujian 河北 hebei 河南 henan 湖北 hubei 湖南 hunan 安徽 anhui
    江西 jiangxi 四川 sichuan 辽宁 liaoning 吉林 jilin 黑龙江 heilongjiang 陕西 shanxi 山西 shanxi 云南 yunnan 贵州 guizhou 广西 guangxi
    海南 hainan 甘肃 gansu 新疆 xinjiang 内蒙古 neimenggu
    海曙 haishu 鄞州 yinzhou 北仑 beilun 镇海 zhenhai 江北 jiangbei 浦东 pudong 宝安 baoan 龙岗 longgang 南山 nanshan 福田 futian
    萧山 xiaoshan 余杭 yuhang 吴江 wujiang 番禺 panyu 白云 baiyun 南海 nanhai 天河 tianhe 闵行 minxing 松江 songjiang 嘉定 jiading
    青浦 qingpu 海宁 haining 桐乡 tongxiang 平湖 pinghu 嘉善 jiashan 德清 deqing 长兴 changxing 安吉 anji 临海 linhai 温岭 wenling
    玉环 yuhuan 东阳 dongyang 武义 wuyi 浦江 pujiang 兰溪 lanxi 龙港 longgang 苍南 cangnan 平阳 pingyang 宁海 ninghai 嵊州 shengzhou
    上虞 shangyu 常熟 changshu 太仓 taicang 宜兴 yixing
    丹阳 danyang 靖江 jingjiang 泰兴 taixing 海门 haimen 启东 qidong 如皋 rugao 邳州 pizhou 即墨 jimo 胶州 jiaozhou 平度 pingdu
    莱州 laizhou 龙口 longkou 寿光 shouguang 诸城 zhucheng 邹平 zouping 滕州 tengzhou 章丘 zhangqiu 石狮 shishi 南安 nanan 安溪 anxi
    德化 dehua 惠安 huian 增城 zengcheng 花都 huadou 从化 conghua 普宁 puning 澄海 chenghai
    台山 taishan 开平 kaiping 高要 gaoyao 四会 sihui 三水 sanshui 高明 gaoming 安平 anping 辛集 xinji 霸州 bazhou 文安 wenan
    任丘 renqiu 涿州 zhuozhou 白沟 baigou 长葛 zhangge 偃师 yanshi 巩义 gongyi 醴陵 liling 浏阳 liuyang 黄岩 huangyan 椒江 jiaojiang
    路桥 luqiao 柯桥 keqiao 越城 yuecheng 吴中 wuzhong 相城 xiangcheng
"""
_ABROAD = "台北 taibei 台中 taizhong 东京 dongjing 大阪 daban 迪拜 dibai"
_NUMBERS = "ii 2 iii 3 iv 4 vi 6 vii 7 viii 8 ix 9 two 2 three 3 first 1 second 2 third 3 一 1 二 2 三 3 四 4 五 5 六 6 七 7 八 8"


def _meanings() -> dict[str, str]:
    lines = [line.partition(":") for line in _TRADES.strip().splitlines()]
    found = {meaning: meaning for meaning, _, _others in lines}
    for meaning, _, others in lines:
        for word in others.split():
            found.setdefault(plain(word), meaning)
    return found


def _pairs(text: str) -> dict[str, str]:
    """Every word of a table with the one behind it."""
    return dict(zip(text.split()[::2], text.split()[1::2], strict=True))


READINGS = _pairs(_CITIES) | _pairs(_ABROAD)
"""Chinese towns with their pinyin, written down: working it out would load its tables into every process."""


def _places() -> dict[str, tuple[str, str]]:
    """Place words with their own name (the country if they mean one) and the country."""
    found: dict[str, tuple[str, str]] = {}
    for line in _PLACES.strip().splitlines():
        country, _, words = line.partition(":")
        own, _, towns = words.partition("/")
        for word in own.split():
            found[plain(word).replace("_", "")] = ("", country)
        for word in towns.split():
            latin = plain(word).replace("_", "")
            found[latin] = (READINGS.get(word, latin), country)
    for city, latin in _pairs(_CITIES).items():
        found[city] = (latin, "CN")
        found.setdefault(latin, (latin, "CN"))
    return found


MEANINGS = _meanings()
"""A plain word to what it means; "the" and "and" say nothing at all."""
PLACES = _places()
"""A plain word to the place and its country."""
SOFT = frozenset(
    "import export import_export trade international global world group holding industry manufacture factory "
    "production product enterprise business investment development service general supply distribution solution "
    "system technology brothers son new union center house association store wholesale retail company agency "
    "brand design creative".split()
)
"""Meanings that a firm adds or leaves out as it likes; the others say what it deals in."""
SPELLINGS = {"st": "saint", "sankt": "saint", "mt": "mount", "mohamed": "mohammed", "muhammad": "mohammed"}
"""Words of a name's own that are written in several ways."""
PLACE_PHRASES = re.compile(
    r"\b(hong kong|new york|los angeles|sri lanka|south africa|new zealand|united states of america|united states|united kingdom|united arab emirates|south korea|"
    r"abu dhabi|saudi arabia|kuala lumpur|sao paulo|buenos aires|cape town|viet nam|u s a|u k|u a e)\b"
)
PHRASE_MEANS = {
    "unitedstatesofamerica": "usa",
    "unitedarabemirates": "uae",
    "southkorea": "korea",
    "unitedstates": "usa",
    "unitedkingdom": "uk",
    "saudiarabia": "saudi",
    "vietnam": "vietnam",
}
COUNTRY_WORDS = {line[:2]: line[4:].split()[0] for line in _PLACES.strip().splitlines()}
"""The word by which a country is normalised."""
NUMBERS = _pairs(_NUMBERS)
EMPTY = frozenset({"the", "and", "of", "for"})
BETRAYING = frozenset({"branch", "representative"})
"""Meanings of words that tell one part of a company from another."""
HAN_WORDS = sorted((word for word in MEANINGS if HAN.match(word)), key=len, reverse=True)
HAN_PLACES = sorted((word for word in PLACES if HAN.match(word)), key=len, reverse=True)
ALIAS = re.compile(
    r"\b(?:t/a|d/b/a|dba|a/k/a|aka|f/k/a|fka|o/a|trading as|doing business as|also known as|formerly known as|"
    r"formerly|operating as|previously|nome fantasia|nombre comercial)\b[.:]?|(?:曾用名|原名|商号|简称|又名)[:：]?"
)
AGENT = re.compile(r"\bc/o\b.*")
"""Behind this stands somebody else."""
ADDRESSED = re.compile(r"^\s*(?:m/s|messrs|fa|to)\b\.?\s+(?=\S)")
TURKISH_TRADES = re.compile(r"\bsan\b\.?(?=\s*(?:ve\b|and\b|&)?\s*(?:dis\b\.?\s*)?tic)")
"""What stands between a company's name and another name of the same company."""
