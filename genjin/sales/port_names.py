"""The ports that export orders name: UN/LOCODE, name and country, name in Chinese."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Port:
    """One port or airport of the trade."""

    locode: str
    en: str
    country: str
    zh: str

    @property
    def text(self) -> str:
        """As documents name it."""
        return f"{self.en}, {self.country}"


_TABLE = """
CNSHA|Shanghai|China|上海
CNNGB|Ningbo|China|宁波
CNZOS|Zhoushan|China|舟山
CNSZX|Shenzhen|China|深圳
CNYTN|Yantian|China|盐田
CNSHK|Shekou|China|蛇口
CNNSA|Nansha|China|南沙
CNCAN|Guangzhou|China|广州
CNHUA|Huangpu|China|黄埔
CNFOS|Foshan|China|佛山
CNZSN|Zhongshan|China|中山
CNZHA|Zhanjiang|China|湛江
CNSWA|Shantou|China|汕头
CNXMN|Xiamen|China|厦门
CNFOC|Fuzhou|China|福州
CNQZJ|Quanzhou|China|泉州
CNWNZ|Wenzhou|China|温州
CNTZO|Taizhou|China|台州
CNTAO|Qingdao|China|青岛
CNYNT|Yantai|China|烟台
CNWEI|Weihai|China|威海
CNRZH|Rizhao|China|日照
CNLYG|Lianyungang|China|连云港
CNTXG|Tianjin|China|天津
CNDLC|Dalian|China|大连
CNYIK|Yingkou|China|营口
CNNKG|Nanjing|China|南京
CNNTG|Nantong|China|南通
CNZJG|Zhangjiagang|China|张家港
CNWUH|Wuhan|China|武汉
CNCKG|Chongqing|China|重庆
CNCTU|Chengdu|China|成都
CNXIY|Xi'an|China|西安
CNCGO|Zhengzhou|China|郑州
CNYIW|Yiwu|China|义乌
CNBHY|Beihai|China|北海
CNQZH|Qinzhou|China|钦州
CNHAK|Haikou|China|海口
HKHKG|Hong Kong|Hong Kong SAR|香港
MOMFM|Macao|Macao SAR|澳门
TWKHH|Kaohsiung|Taiwan|高雄
TWKEL|Keelung|Taiwan|基隆
TWTXG|Taichung|Taiwan|台中
JPTYO|Tokyo|Japan|东京
JPYOK|Yokohama|Japan|横滨
JPOSA|Osaka|Japan|大阪
JPUKB|Kobe|Japan|神户
JPNGO|Nagoya|Japan|名古屋
JPHKT|Hakata|Japan|博多
KRPUS|Busan|South Korea|釜山
KRINC|Incheon|South Korea|仁川
SGSIN|Singapore|Singapore|新加坡
MYPKG|Port Klang|Malaysia|巴生港
MYPEN|Penang|Malaysia|槟城
MYTPP|Tanjung Pelepas|Malaysia|丹戎帕拉帕斯
IDJKT|Jakarta|Indonesia|雅加达
IDSUB|Surabaya|Indonesia|泗水
IDSRG|Semarang|Indonesia|三宝垄
THBKK|Bangkok|Thailand|曼谷
THLCH|Laem Chabang|Thailand|林查班
VNSGN|Ho Chi Minh City|Vietnam|胡志明市
VNCMT|Cai Mep|Vietnam|盖梅
VNHPH|Haiphong|Vietnam|海防
PHMNL|Manila|Philippines|马尼拉
PHCEB|Cebu|Philippines|宿务
KHKOS|Sihanoukville|Cambodia|西哈努克港
MMRGN|Yangon|Myanmar|仰光
BDCGP|Chattogram|Bangladesh|吉大港
LKCMB|Colombo|Sri Lanka|科伦坡
INNSA|Nhava Sheva|India|那瓦舍瓦
INBOM|Mumbai|India|孟买
INMUN|Mundra|India|蒙德拉
INMAA|Chennai|India|金奈
INCCU|Kolkata|India|加尔各答
PKKHI|Karachi|Pakistan|卡拉奇
PKBQM|Port Qasim|Pakistan|卡西姆港
AEJEA|Jebel Ali|United Arab Emirates|杰贝阿里
AEDXB|Dubai|United Arab Emirates|迪拜
AEKLF|Khor Fakkan|United Arab Emirates|豪尔法坎
AESHJ|Sharjah|United Arab Emirates|沙迦
SADMM|Dammam|Saudi Arabia|达曼
SAJED|Jeddah|Saudi Arabia|吉达
SARUH|Riyadh|Saudi Arabia|利雅得
QAHMD|Hamad|Qatar|哈马德
KWSWK|Shuwaikh|Kuwait|舒韦赫
BHKBS|Khalifa Bin Salman|Bahrain|哈利法本萨勒曼
OMSOH|Sohar|Oman|苏哈尔
IQUQR|Umm Qasr|Iraq|乌姆盖萨尔
IRBND|Bandar Abbas|Iran|阿巴斯港
JOAQJ|Aqaba|Jordan|亚喀巴
ILHFA|Haifa|Israel|海法
ILASH|Ashdod|Israel|阿什杜德
LBBEY|Beirut|Lebanon|贝鲁特
TRIST|Istanbul (Ambarli)|Türkiye|伊斯坦布尔
TRMER|Mersin|Türkiye|梅尔辛
TRIZM|Izmir|Türkiye|伊兹密尔
EGALY|Alexandria|Egypt|亚历山大
EGPSD|Port Said|Egypt|塞得港
EGSOK|Sokhna|Egypt|苏赫纳
LYTIP|Tripoli|Libya|的黎波里
TNRDS|Radès|Tunisia|拉代斯
DZALG|Algiers|Algeria|阿尔及尔
MACAS|Casablanca|Morocco|卡萨布兰卡
MAPTM|Tanger Med|Morocco|丹吉尔地中海港
SNDKR|Dakar|Senegal|达喀尔
CIABJ|Abidjan|Côte d'Ivoire|阿比让
GHTEM|Tema|Ghana|特马
TGLFW|Lomé|Togo|洛美
BJCOO|Cotonou|Benin|科托努
NGAPP|Apapa (Lagos)|Nigeria|阿帕帕（拉各斯）
NGLKK|Lekki|Nigeria|莱基
CMDLA|Douala|Cameroon|杜阿拉
AOLAD|Luanda|Angola|罗安达
ZADUR|Durban|South Africa|德班
ZACPT|Cape Town|South Africa|开普敦
ZAJNB|Johannesburg|South Africa|约翰内斯堡
MZMPM|Maputo|Mozambique|马普托
TZDAR|Dar es Salaam|Tanzania|达累斯萨拉姆
KEMBA|Mombasa|Kenya|蒙巴萨
DJJIB|Djibouti|Djibouti|吉布提
SDPZU|Port Sudan|Sudan|苏丹港
MUPLU|Port Louis|Mauritius|路易港
NLRTM|Rotterdam|Netherlands|鹿特丹
NLAMS|Amsterdam|Netherlands|阿姆斯特丹
BEANR|Antwerp|Belgium|安特卫普
DEHAM|Hamburg|Germany|汉堡
DEBRV|Bremerhaven|Germany|不来梅哈芬
DEWVN|Wilhelmshaven|Germany|威廉港
DEDUI|Duisburg|Germany|杜伊斯堡
DEFRA|Frankfurt|Germany|法兰克福
FRLEH|Le Havre|France|勒阿弗尔
FRFOS|Fos-sur-Mer|France|福斯
GBFXT|Felixstowe|United Kingdom|费利克斯托
GBSOU|Southampton|United Kingdom|南安普敦
GBLGP|London Gateway|United Kingdom|伦敦门户
GBLIV|Liverpool|United Kingdom|利物浦
IEDUB|Dublin|Ireland|都柏林
ESVLC|Valencia|Spain|瓦伦西亚
ESBCN|Barcelona|Spain|巴塞罗那
ESALG|Algeciras|Spain|阿尔赫西拉斯
PTLIS|Lisbon|Portugal|里斯本
PTSIE|Sines|Portugal|锡尼什
ITGOA|Genoa|Italy|热那亚
ITSPE|La Spezia|Italy|拉斯佩齐亚
ITNAP|Naples|Italy|那不勒斯
ITTRS|Trieste|Italy|的里雅斯特
GRPIR|Piraeus|Greece|比雷埃夫斯
SIKOP|Koper|Slovenia|科佩尔
HRRJK|Rijeka|Croatia|里耶卡
ROCND|Constanța|Romania|康斯坦察
BGVAR|Varna|Bulgaria|瓦尔纳
UAODS|Odesa|Ukraine|敖德萨
GEPTI|Poti|Georgia|波季
RUNVS|Novorossiysk|Russia|新罗西斯克
RULED|Saint Petersburg|Russia|圣彼得堡
RUVVO|Vladivostok|Russia|符拉迪沃斯托克（海参崴）
RUMOW|Moscow|Russia|莫斯科
PLGDN|Gdansk|Poland|格但斯克
PLGDY|Gdynia|Poland|格丁尼亚
PLWAW|Warsaw|Poland|华沙
DKAAR|Aarhus|Denmark|奥胡斯
SEGOT|Gothenburg|Sweden|哥德堡
NOOSL|Oslo|Norway|奥斯陆
FIHEL|Helsinki|Finland|赫尔辛基
EETLL|Tallinn|Estonia|塔林
LVRIX|Riga|Latvia|里加
LTKLJ|Klaipėda|Lithuania|克莱佩达
KZALA|Almaty|Kazakhstan|阿拉木图
UZTAS|Tashkent|Uzbekistan|塔什干
MNULN|Ulaanbaatar|Mongolia|乌兰巴托
USLAX|Los Angeles|USA|洛杉矶
USLGB|Long Beach|USA|长滩
USOAK|Oakland|USA|奥克兰（美国）
USSEA|Seattle|USA|西雅图
USTIW|Tacoma|USA|塔科马
USNYC|New York|USA|纽约
USSAV|Savannah|USA|萨凡纳
USCHS|Charleston|USA|查尔斯顿
USORF|Norfolk|USA|诺福克
USBAL|Baltimore|USA|巴尔的摩
USMIA|Miami|USA|迈阿密
USHOU|Houston|USA|休斯敦
USCHI|Chicago|USA|芝加哥
CAVAN|Vancouver|Canada|温哥华
CAPRR|Prince Rupert|Canada|鲁珀特王子港
CATOR|Toronto|Canada|多伦多
CAMTR|Montreal|Canada|蒙特利尔
CAHAL|Halifax|Canada|哈利法克斯
MXZLO|Manzanillo|Mexico|曼萨尼约（墨西哥）
MXLZC|Lázaro Cárdenas|Mexico|拉萨罗-卡德纳斯
MXVER|Veracruz|Mexico|韦拉克鲁斯
GTPRQ|Puerto Quetzal|Guatemala|夸特扎尔港
CRLIO|Puerto Limón|Costa Rica|利蒙港
PABLB|Balboa|Panama|巴尔博亚
PAONX|Colón|Panama|科隆（巴拿马）
DOCAU|Caucedo|Dominican Republic|考塞多
JMKIN|Kingston|Jamaica|金斯敦
COBUN|Buenaventura|Colombia|布埃纳文图拉
COCTG|Cartagena|Colombia|卡塔赫纳
ECGYE|Guayaquil|Ecuador|瓜亚基尔
PECLL|Callao|Peru|卡亚俄
PECHY|Chancay|Peru|钱凯
CLSAI|San Antonio|Chile|圣安东尼奥
CLVAP|Valparaíso|Chile|瓦尔帕莱索
CLIQQ|Iquique|Chile|伊基克
ARBUE|Buenos Aires|Argentina|布宜诺斯艾利斯
UYMVD|Montevideo|Uruguay|蒙得维的亚
PYASU|Asunción|Paraguay|亚松森
BRSSZ|Santos|Brazil|桑托斯
BRPNG|Paranaguá|Brazil|巴拉那瓜
BRNVT|Navegantes|Brazil|纳维根特斯
BRITJ|Itajaí|Brazil|伊塔雅伊
BRRIO|Rio de Janeiro|Brazil|里约热内卢
VELAG|La Guaira|Venezuela|拉瓜伊拉
AUSYD|Sydney|Australia|悉尼
AUMEL|Melbourne|Australia|墨尔本
AUBNE|Brisbane|Australia|布里斯班
AUFRE|Fremantle|Australia|弗里曼特尔
AUADL|Adelaide|Australia|阿德莱德
NZAKL|Auckland|New Zealand|奥克兰（新西兰）
NZTRG|Tauranga|New Zealand|陶朗阿
NZLYT|Lyttelton|New Zealand|利特尔顿
FJSUV|Suva|Fiji|苏瓦
PGLAE|Lae|Papua New Guinea|莱城
"""

PORTS = tuple(Port(*line.split("|")) for line in _TABLE.strip().splitlines())
