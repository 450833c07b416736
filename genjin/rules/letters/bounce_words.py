"""How servers word failures, by cause and language: tables for `bounces` and `bounce_causes`, the first match wins."""

from __future__ import annotations

from genjin.rules.letters.facts import Cause

CAUSES: tuple[tuple[Cause, tuple[str, ...]], ...] = (
    (Cause.NETWORK, (r"malformed or unexpected name server|host ?name lookup failure|hop count|too many hops|mail (?:forwarding )?loop|loops back|routing loop|name server timeout|temporary (?:dns|lookup) (?:fail|error)|socket error|requests to connect",)),
    (Cause.SERVER, (r"gr[ae]y[- ]?list",)),
    (Cause.FILTERED, (r"manually blocked senders",)),
    (Cause.SENDER_REFUSED, (r"sender (?:address|domain) has null mx", r"group you tried to contact|groups\.google\.com/support|support\.google\.com/(?:a/.{1,60}/bin/topic|groups)|can't determine purported responsible address",)),
    (Cause.TOO_MANY, (r"(?:daily|hourly) .{0,12}quota",)),
    (Cause.BLOCKED, (r"invalid ip for sending",)),
    (Cause.MAILBOX_FULL, (
        r"mail ?box (?:is |was |has )?(?:currently )?(?:full|exceed|over)", r"over(?: the)? quota", r"overquota", r"quota (?:is |has been |was )?(?:usage )?(?:exceed|full|violation|reached|used up)", r"reached .{0,24}quota", r"(?:casilla|buz[óo]n|cuenta).{0,40}(?:agotad|llen[oa]|super)", r"caixa (?:postal |de (?:entrada|correio) )?(?:est[áa] )?(?:cheia|lotada)", r"skrzynka .{0,20}(?:pełna|przepełn)", r"postvak .{0,10}vol\b", r"posta kutusu .{0,10}dol", r"صندوق .{0,20}(?:ممتلئ|ممتلىء)", r"편지함.{0,12}(?:가득|초과)", r"over ?flow", r"554\.?30.{0,10}full|mailbox over quota", r"exceed(?:s|ed|ing)?.{0,30} quota",
        r"(?:exceed|over).{0,40}(?:storage|mail ?box size|disk quota|maximum mail ?box|mail ?folder)", r"insufficient (?:user )?(?:disk|storage|space)", r"out of (?:disk )?storage", r"mail ?folder is full",
        r"inbox is full", r"not enough (?:disk |storage )?space", r"account is (?:over|exceed|full)", r"(?:disk|user|storage) (?:is )?full", r"maildir over", r"full mailbox", r"mailfolder", r"no space left for",
        r"too much mail data", r"user has exhausted", r"mail quota", r"message size exceeds remaining quota", r"space limit", r"incoming mailbox",
        r"邮箱(?:已满|空间不足|容量|超过|已经满)", r"(?:空间|容量|配额)(?:已满|不足|已用完)", r"信箱(?:已滿|空間)", r"邮箱满", r"почтовый ящик (?:переполнен|заполнен)", r"postfach (?:ist )?voll", r"bo[iî]te .{0,20}pleine", r"buz[óo]n lleno", r"casella (?:è )?piena", r"メールボックス.{0,10}(?:一杯|満杯|容量)")),
    (Cause.TOO_BIG, (r"(?:header|line|subject).{0,20}too long", r"(?:message|mail|size|header).{0,40}(?:too (?:big|large)|exceed.{0,24}(?:limit|maximum|size|max))", r"(?:exceed|over).{0,30}(?:maximum|max|fixed|allowed).{0,20}(?:message )?(?:size|length)", r"message size", r"too (?:big|large)", r"max message size", r"size limit", r"邮件(?:过大|太大|大小超|长度超)", r"信件(?:过大|太大)", r"nachricht .{0,20}zu gro(?:ß|ss)", r"message .{0,20}trop volumineux", r"mensaje .{0,20}demasiado grande",)),
    (Cause.SUSPENDED, (
        r"(?:account|mailbox|user|address|recipient|domain|e-?mail)\b.{0,40}(?:disabled|suspend|inactive|deactivat|locked|frozen|expired|closed|terminated|blocked|on hold|dormant|not active|inactivated)", r"(?:disabled|suspended|inactive|deactivated|locked|frozen|expired|dormant) (?:account|mailbox|user|recipient|address)",
        r"temporarily (?:disabled|locked|inactive|suspended)", r"has been (?:suspended|disabled|locked|deactivated)", r"not accepting (?:messages|mail) .{0,20}(?:suspend|disabled)", r"user .{0,30}(?:suspended|inactive|deactivat)", r"vdelivermail: account is locked", r"mailbox (?:currently )?(?:disabled|suspended|unavailable or access denied)", r"is inactive",
        r"(?:账号|帐号|邮箱|用户|收件人).{0,8}(?:被(?:禁用|冻结|停用|锁定)|已(?:停用|冻结|禁用|注销|锁定|过期|被停用))", r"mailbox .{0,20}disabled for", r"(?:disabled|discontinued) (?:or (?:disabled|discontinued)|\(#|\[#)", r"user (?:is )?(?:suspended|disabled)", r"does not specify a valid notes mail file", r"recipient .{0,30}expired", r"has been temporarily .{0,20}(?:suspend|block)", r"заблокирован", r"account .{0,40}is not active", r"not been activated")),
    (Cause.MOVED, (
        r"(?:address|user|recipient|mailbox).{0,40}(?:has )?(?:moved|changed) to", r"has been replaced by", r"address has changed", r"new (?:e-?mail )?address (?:is|of)", r"no longer (?:in use|valid).{0,60}(?:please use|new address)",
        r"has moved", r"551 .{0,40}(?:not local|try)")),
    (Cause.RELAY_DENIED, (r"relay(?:ing)? (?:access )?(?:denied|not (?:allowed|permitted)|prohibited|operation rejected|rejected)", r"unable to relay", r"not (?:allowed|permitted) to relay", r"relay (?:is )?not", r"we do not relay", r"insecure mail relay", r"no relaying", r"cannot relay", r"550 relay", r"as a relay", r"relaying (?:for|to)", r"rcpthosts", r"mail server requires authentication when attempting to send to a non-local",)),
    (Cause.AUTHENTICATION, (
        r"\bdmarc\b", r"\bspf\b", r"\bDT:SUM\b|\bMI:SPF\b", r"信封发件人和信头发件人不匹配", r"\bdkim\b", r"sender policy framework", r"sender ?id", r"authentication (?:checks?|information|failure)", r"unauthenticated (?:mail|e-?mail|sender)", r"requires? .{0,20}authenticat",
        r"is not authenticated", r"not authorized to send (?:on behalf|from)", r"not (?:a )?permitted sender")),
    (Cause.SENDER_REFUSED, (
        r"domain of sender", r"purported responsible", r"sender (?:address|domain|verify)[^:]{0,40}(?:reject|fail|not (?:exist|found)|does not exist|invalid|denied)", r"(?:invalid|unverified|unresolvable|bad) (?:sender|from|return ?path)", r"5\.1\.[78]\b", r"in reply to mail from", r"(?:error )?(?:from remote mail server )?after mail from",
        r"(?:发件人|发信人|寄件人).{0,12}(?:拒|无效|被|不)", r"returned mail not accepted", r"backscatter")),
    (Cause.NOT_ACCEPTING, (
        r"does not accept (?:any )?(?:mail|email|e-mail|message)s?(?! from)", r"null ?mx", r"name server:? \.: host not found", r"smtp protocol returned a permanent error", r"not accepting (?:mail|e-?mail|any mail) (?:for|at|to) (?:this|the) (?:host|domain)",
        r"does not accept mail \(nullmx\)", r"(?:mx|srv) record indicated no smtp service", r"does not (?:handle|support) (?:e-?)?mail", r"domain .{0,40}(?:accepts? no|is not accepting any) (?:e-?)?mail", r"no mail(?:s)? accepted", r"host .{0,60}does not (?:accept|receive) mail", r"this (?:domain|server|machine|system|host) (?:does not|doesn't|never) (?:accept|receive)s? (?:e-?)?mail", r"we do not accept (?:any )?mail\b(?! from)")),
    (Cause.HOST_UNKNOWN, (
        r"host (?:or domain name )?(?:was )?not found", r"\bhost \S{4,80} (?:was )?not found", r"no route found to domain", r"5\.4\.310\b", r"dns domain .{0,80}does not exist", r"could not find .{0,20}(?:mx|domain|host)", r"(?:dom[ií]nio|domaine|domein|domena) .{0,60}(?:no (?:existe|encontrad)|n[ãa]o (?:existe|encontrad)|non (?:esiste|trovat)|n['’]existe pas|introuvable|bestaat niet|nie istnieje)", r"домен .{0,60}не (?:найден|существует)", r"(?:域名|主机|服务器).{0,6}(?:不可达|未找到|不正确)", r"找不到(?:对方|收件人|目标).{0,8}(?:域名|服务器|主机)", r"\bno mx found\b", r"domain does ?n[o']t exist", r"(?:host|domain)(?: name)? (?:unknown|does not exist|doesn'?t exist|not exist|not found|lookup failed|is not valid)", r"unknown (?:host|domain)", r"unrout(?:e)?able (?:mail )?(?:domain|address)",
        r"no such (?:host|domain)", r"name (?:or )?service (?:not known|error for)", r"\bnxdomain\b", r"dns .{0,40}(?:no such|not exist|nxdomain|domain not found)", r"couldn'?t find any host", r"cannot find (?:any )?(?:host|domain|mail ?server|mx)", r"domain .{0,60}(?:does not exist|not found|is invalid|couldn't be found|could not be found)",
        r"no (?:valid )?(?:mx|mail ?exchange|a record)", r"has no mail exchanger", r"bad destination (?:host|system)", r"illegal host", r"all relevant mx records", r"no mx record", r"mail domain mentioned in email address is unknown", r"invalid (?:domain|host)", r"域名(?:不存在|无法解析|错误|解析失败)", r"找不到.{0,10}(?:域名|主机|服务器)", r"unresolvable", r"recipient address (?:has )?(?:no|unresolvable) .{0,20}(?:mx|domain)", r"network error.{0,20}no such domain", r"domena nie istnieje", r"5\.1\.2\b", r"bad (?:destination )?system address", r"no host by that", r"non-?existent (?:host|domain)", r"host unreachable.{0,20}unknown", r"recipient'?s? (?:domain|server).{0,30}(?:not|no) .{0,12}(?:exist|found|record)")),
    (Cause.USER_UNKNOWN, (
        r"(?:user|recipient|mailbox|account|address|addressee|alias|member|person|name|login)(?:'?s?)?(?:[ :<(]{1,3}[^\s<>]{1,80}[>)]?)? ?(?:name )?(?:is |was |are |has |could |can )?(?:not? ?be found|unknown|not (?:found|exist|known|valid|listed|recogni[sz]ed|here|a valid|in (?:our|the|ldap)|local|defined|registered|present|resolved)|does(?:n'?t| not) (?:exist|have an account|have a)|no(?:t)? longer (?:exist|valid|available|on (?:this|our)|with|used|in use)|invalid|non-?exist|not exist|isn'?t (?:known|valid))",
        r"(?:unknown|invalid|no such|non-?existent|bad|undefined|not a valid|illegal|incorrect|not known|wrong|nonexistent) (?:local )?(?:user|recipient|mail ?box|account|address|addressee|alias|person|e-?mail|local[- ]?part|rcpt|name|user ?name|mail address|virtual|destination mailbox|or missing mailbox)",
        r"no (?:such |)?(?:user|mailbox|account|recipient|person|one|address|local user|alias)(?:s)? (?:here|by|with|found|at|in|of|exist|matching|named|is|called|is defined)", r"no (?:such )?(?:mailbox|user|account)\b", r"user(?:name)? unknown", r"unknown user", r"doesn'?t have a .{0,30}account", r"do(?:es)?(?:n't| not) exist",
        r"address (?:rejected|error)?[^a-z]{0,4}(?:user|undeliverable|not found|unknown)", r"(?:this|the|that) (?:e-?mail )?(?:user|account|address|recipient|mailbox|person).{0,40}(?:not exist|doesn'?t|does not exist|not found|is not|isn'?t|no longer|couldn'?t be found|could not be found|wasn'?t found|was not found)", r"recipnotfound|recipientnotfound|resolver\.adr\.(?:recip|ex)notfound",
        r"not our customer", r"not a (?:known|valid|local|recogni[sz]ed) (?:user|mailbox|recipient|address)", r"undeliverable address", r"recipient address rejected ?: access denied", r"check (?:if|whether|that) (?:the )?address is correct", r"final delivery userid", r"unrouteable address", r"unknown address", r"recipient (?:address )?(?:rejected|unknown|not found).{0,12}(?:user|unknown|undeliverable|invalid|not|no |adr|recip)", r"delivery to the following (?:recipient|address)(?:\(?e?s\)?)? failed because .{0,30}not exist",
        r"vrfy.{0,20}unknown", r"mailbox unavailable or does not exist", r"is not (?:a )?(?:valid|known|local|registered|found|on this|listed)", r"user (?:is )?no(?:t)?(?:n-| )(?:existent|exist|active in)", r"deactivated mailbox", r"has no (?:such )?(?:mailbox|account)", r"not listed in (?:domino|the|public|our)", r"we do not have", r"name not found",
        r"(?:收件人|用户|帐号|账号|邮箱|地址|收信人|邮件地址|邮箱名)(?:.{0,16})(?:不存在|找不到|未找到|不正确|无效|有误|错误|未注册|没有找到)", r"(?:不存在|无效|未知|错误|没有)的?(?:这个|此|该)?(?:收件人|用户|帐号|账号|邮箱|地址)", r"查无此(?:人|用户|邮箱)", r"(?:收件人|用户|邮箱|地址|邮件地址)[^。\n]{0,60}?不存在", r"没有此(?:用户|帐号|账号|邮箱)", r"(?:用户|邮箱)(?:未|没有)(?:激活|开通)", r"[使用]+者不存在|信箱不存在|查無此", r"無此(?:用戶|收件者|帳號)", r"(?:收件者|使用者|帳號).{0,8}不存在", r"用户不存在", r"收件人邮箱.{0,12}不存在",
        r"(?:пользователь|адрес|ящик|получатель|почтовый ящик).{0,30}(?:не (?:найден|существует|зарегистр)|неизвест)", r"(?:неизвестный|несуществующий|нет такого) (?:пользоват|адрес|получат)", r"empf[äa]nger.{0,30}(?:unbekannt|nicht gefunden|existiert nicht)", r"(?:adresse|postfach|benutzer).{0,20}(?:unbekannt|nicht gefunden|existiert nicht|nicht vorhanden)", r"(?:destinataire|adresse|utilisateur|bo[iî]te).{0,60}(?:inconnu|introuvable|n['’]existe pas|invalide|non recens)", r"adresse .{0,80}n['’]a pas (?:pu [êe]tre|[ée]t[ée]) trouv", r"unrecogni[sz]ed-?or-?name", r"no match(?:es)? (?:to|for|found)", r"not in (?:the |our )?(?:directory|address book)", r"(?:geadresseerde|ontvanger|gebruiker|e-?mailadres).{0,40}(?:onbekend|bestaat niet|niet gevonden)", r"(?:adresat|odbiorca|u[żz]ytkownik|adres).{0,40}(?:nie istnieje|nieznany|nie (?:został )?znalezion)", r"(?:mottagare|mottaker|modtager|anv[äa]ndare|bruker|adress).{0,40}(?:ok[äa]nd|ukjent|ukendt|finns inte|finnes ikke|findes ikke)", r"(?:수신자|사용자|메일 ?주소|계정).{0,24}(?:존재하지|없|알 수 없)", r"(?:p[řr][íi]jemce|u[žz]ivatel|adresa).{0,40}(?:neexistuje|nenalezen|nezn[áa]m)", r"(?:người nhận|địa chỉ|hộp thư).{0,40}(?:không tồn tại|không tìm thấy)", r"(?:usuario|destinatario|direcci[óo]n|buz[óo]n|cuenta).{0,30}(?:desconocid|no (?:existe|encontrad|v[áa]lid)|no se ha encontrado|inexistente)",
        r"(?:usu[áa]rio|destinat[áa]rio|endere[çc]o|caixa).{0,30}(?:desconhecid|n[ãa]o (?:existe|encontrad)|inexistente|inv[áa]lid)", r"(?:utente|destinatario|indirizzo|casella).{0,30}(?:sconosciut|inesistente|non (?:esiste|trovat|valid))", r"(?:宛先|ユーザー?|メールアドレス|受信者).{0,20}(?:存在しま|見つかりま|不明|ありません|不正)", r"(?:kullan[ıi]c[ıi]|al[ıi]c[ıi]|adres).{0,24}(?:bulunamad|bilinmiyor|ge[çc]ersiz|yok)", r"(?:المستخدم|المستلم|العنوان|البريد).{0,24}(?:غير موجود|غير معروف|غير صالح)",
        r"5\.1\.1\b", r"5\.1\.10\b", r"unknown or illegal alias", r"email address .{0,40}(?:found|entered) .{0,20}(?:wrong|not|couldn)", r"address you (?:entered|specified|typed)", r"recipient is not local", r"no account by that name", r"there is no (?:user|one|account|such|recipient|email)", r"sorry, no mailbox", r"user account .{0,20}(?:not|no)", r"mail(?:box|address) not found", r"not exist", r"5\d\d .{0,30}requested (?:mail )?action (?:not taken|aborted)[:,;]? ?mailbox (?:unavailable|not found)", r"mailbox unavailable\W{1,4}smtp error code 550")),
    (Cause.VIRUS, (r"\bvirus\b", r"\bmalware\b", r"infected", r"trojan", r"executable attachment", r"病毒")),
    (Cause.SPAM, (
        r"(?:is|as|like|be|considered|suspected|looks|detected|contains?|categorized|classified).{0,30}\b(?:spam|junk|uce|ube|phish)", r"\bspam (?:message|content|score|detected|rule|blocked|mail|email)", r"spam(?:my|assassin)",
        r"suspected? spam", r"unsolicited", r"content(?:-| )(?:rejected|filter).{0,20}spam", r"anti-?spam", r"bulk (?:mail|e-?mail)", r"垃圾邮件", r"блокирован.{0,20}спам", r"message (?:was )?rejected (?:as|due to) spam", r"looks like spam", r"\bDT:SPM\b", r"(?:mail )?content denied", r"reject(?:ed)? by content spam", r"未被许可的信息|不当内容|疑似垃圾")),
    (Cause.BLOCKED, (
        r"\b(?:dnsbl|rbl|spamhaus|spamcop|sorbs|barracudacentral|abuseat|cbl|surbl|uribl|mailspike|senderbase|senderscore|sender ?score|uceprotect|proofpoint.{0,20}block)\b", r"black ?list", r"block ?list",
        r"reverse (?:dns|lookup|mapping)", r"\bptr\b", r"no ptr", r"cannot find (?:your|reverse) (?:hostname|reverse)", r"cannot resolve your address", r"\b(?:ip(?: address)?|your (?:mail ?)?server|your network|client host|connecting ip|sending ip|ip range)\b.{0,50}(?:blocked|rejected|banned|denied|\blisted|refused|blacklist|reputation|not allowed|not authorized|on our)",
        r"poor (?:reputation|domain|sender)", r"bad (?:sender |ip )?reputation", r"low (?:domain )?reputation", r"reputation", r"helo (?:command|check|name).{0,30}(?:reject|invalid|fail)", r"(?:access|connection).{0,20}(?:denied|refused|rejected|dropped).{0,40}(?:ip|host|client|address \[)",
        r"ip (?:address )?(?:is )?(?:in|on) .{0,20}list", r"banned sending ip", r"client host .{0,60}(?:blocked|rejected)", r"blocked (?:by|using|for|due|from)", r"service refused", r"has been blocked", r"connection denied", r"\bRP:(?:DRC|QRC|TRC|CEL)\b", r"ipcheck\.proofpoint", r"poor reputation sender", r"dynamic(?:ally)?[ /-](?:ip|assigned|resid|host)", r"unacceptable .{0,12}hostname",
        r"dns resolver", r"name ?service error for.{0,40}name=.{0,40}type=ptr", r"domain .{0,20}mismatches client ip", r"fix reverse dns", r"not (?:allowed to|permitted to) connect", r"we do not accept mail from (?:dynamic|hosts|your|this)", r"is not (?:allowed|permitted) to (?:connect|send)", r"your (?:access|message) to this mail system has been rejected", r"发信ip", r"(?:ip|域名).{0,10}(?:信誉|黑名单|被拒|限制)",
        r"service (?:not available|unavailable)[;,]? (?:client|sender|remote)? ?host", r"(?:your|sender'?s) (?:domain|mail ?server).{0,40}(?:blocked|reject|poor)", r"temporarily deferred due to user complaints", r"user complaints")),
    (Cause.TOO_MANY, (
        r"too many (?:recipients?|connections?|messages?|mails?|hops? per|concurrent|rcpts?|errors|sessions|invalid|emails|unknown)", r"rate[- ]?(?:limit|control|exceed)", r"(?:exceed|over|reach).{0,40}(?:limit|rate|number of).{0,20}(?:message|mail|recipient|connection|per|hour|day|minute)?", r"throttl",
        r"sending (?:too|limit|rate)", r"(?:daily|hourly|message) (?:sending )?(?:limit|quota)", r"(?:connection|message|mail) (?:frequency|rate|limit)", r"too (?:fast|frequent)", r"frequency limited", r"\bMI:(?:DMC|SFQ|CEL)\b", r"receiving mail (?:too quickly|at a rate)", r"slow down", r"发送频率|频率限制|连接频率|发送过于频繁")),
)  # fmt: skip

ACCEPTED_FIRST = (
    r"(?:in reply to|after|at|reply to) (?:the )?end of data|after (?:the )?(?:data|message) (?:was )?(?:sent|transmi)|smtp:data |"
    r"\b550[- ]:? ?:? ?user unknown$|unknown user \S+@(?:[\w-]+\.)*docomo\."
)
"""Signs that the host had taken the address before it refused the message. Two Japanese carriers word every filtered message so."""

WEAK_CAUSES: tuple[tuple[Cause, tuple[str, ...]], ...] = (
    (Cause.EXPIRED, (
        r"(?:retry|delivery|message|queue|maximum).{0,30}(?:time ?out|expired|timed out|too long|timeout exceeded|period exceeded|time limit|lifetime)", r"could not be delivered (?:for|within|in) (?:more than )?\d", r"has been (?:in|on) (?:the|our) (?:mail )?queue", r"undelivered (?:for|after)", r"(?:4|four|five|\d+) ?(?:days?|hours?|minutes?).{0,40}(?:undeliver|could not|not been|unable|without)", r"given up|giving up after|i'?ve given up", r"delivery (?:time )?expired", r"envelope expired", r"(?:allowed|allotted|maximum) queue period", r"in the queue too long", r"for the last \d+ (?:second|minute|hour|day)", r"giving up", r"message expired", r"not been (?:able to )?deliver(?:ed)? .{0,30}(?:for|after|within)",
        r"retry (?:time|count|limit)", r"unable to deliver .{0,40}(?:for|after|within) .{0,20}(?:hour|day|minute)", r"too many (?:retries|attempts|failures)", r"delivery attempts? .{0,30}fail", r"failed \d+ attempts", r"queued too long", r"连续.{0,10}(?:投递|发送)失败", r"(?:重试|投递)超时", r"4\.4\.7", r"5\.4\.7", r"超过.{0,10}(?:重试|投递)")),
    (Cause.NETWORK, (r"connection (?:timed? ?out|refused|reset|lost|closed|failed|dropped|was)", r"(?:network|host) (?:is )?unreachable", r"no route to host", r"timed? ?out", r"lost connection", r"could ?n[o']t (?:connect|establish|reach)", r"can(?:not|'t) (?:connect|establish)", r"dns (?:lookup|query|server|error|timeout|fail)", r"name server (?:timeout|timed|fail|loop)", r"temporary (?:dns|lookup|name)", r"lookup (?:failed|failure)", r"loops? (?:back|detected)", r"mail (?:for .{1,60})?loop", r"too many hops", r"hop count", r"excessive hop", r"routing loop", r"(?:tls|ssl|starttls)(?: is)? (?:required|handshake|error|not available|failed|negotiation)", r"max(?:imum)? hop", r"failed to connect", r"not responding", r"unable to (?:connect|resolve|route|look)", r"no answer from host", r"connect(?:ion)? (?:error|failure)", r"连接(?:超时|失败|被拒绝)", r"网络.{0,6}(?:错误|异常|超时)", r"unreachable",)),
    (Cause.POLICY, (r"(?:policy|policies)", r"security (?:reason|violation|issue|polic)", r"(?:by|due to|for) (?:administrative|admin|local|organizational|security) ", r"administrative(?:ly)? (?:prohibit|denied|lock)", r"prohibited", r"restricted", r"not permitted", r"encrypt", r"certificate", r"delivery not authorized", r"rule imposed", r"violat", r"策略|安全(?:原因|策略)",)),
    (Cause.SENDER_REFUSED, (r"sender(?:'?s?)?(?: e-?mail)?(?: address| domain)?.{0,40}(?:reject|denied|refused|invalid|blocked|not (?:exist|accept|allowed|found|verif)|does not exist|verify|unknown|could not)", r"(?:invalid|unverified|unresolvable|bad|unknown) (?:sender|from|return ?path|domain of sender)", r"mail from (?:command )?(?:not|reject|denied|refused|command failed|invalid)", r"from address", r"in reply to mail from", r"not accept(?:ing|ed)? (?:mail|messages|email) from", r"domain of sender", r"purported responsible", r"sender verify", r"returned mail not accepted", r"backscatter", r"(?:发件人|发信人|寄件人).{0,12}(?:拒|无效|被|不)", r"from .{1,80}(?:is )?not allowed", r"reject(?:ed)? .{0,20}sender", r"sender .{0,60}rejected",)),
    (Cause.CONTENT, (r"(?:content|attachment|header|subject|body|mime|format|line|url|link|file).{0,30}(?:reject|refus|not (?:accept|allow|permit)|prohibit|illegal|invalid|malform|forbidden|denied|block|bad|error|too long)", r"(?:header|rfc ?\d+|rfc).{0,20}(?:error|non-?compliant|violation|compliance|missing|required|5322|2822|822)", r"not rfc", r"bare (?:lf|cr|linefeed)", r"message (?:content|was|is) (?:rejected|refused|not accept|not rfc)", r"illegal (?:attachment|content|8bit)", r"missing .{0,20}header", r"duplicate header", r"improper use of 8-bit", r"content (?:rejected|refused)", r"内容.{0,12}(?:拒|违规|敏感|不)", r"format (?:is )?(?:incorrect|error)",)),
    (Cause.FILTERED, (r"(?:user|recipient|account|mailbox|they|he|she|owner).{0,30}(?:reject|refus|declin|deni|block|not accept|filter|unwilling|does not (?:want|wish|accept))", r"rejected by (?:user|the user|recipients?|the recipient|its recipient)", r"recipients?:blocked|\w:blocked\)", r"not in (?:the |my )?(?:allowed|approved|safe) (?:senders|list)", r"对方(?:邮箱)?(?:服务器)?(?:设置了)?拒(?:收|绝)", r"you have been (?:rejected|blocked) by", r"due to (?:extended inactivity|recipient)", r"access (?:was )?denied|access not allowed", r"recipient (?:address )?(?:reject|refus|restrict|not)", r"(?:we )?failed to deliver mail because the following address recipient id refuse", r"filtered", r"mailbox (?:is )?(?:temporarily )?(?:unavailable|not available|unavail|access|cannot)", r"permission denied for (?:user|recipient)", r"resolver\.rst\.", r"(?:拒收|被拒收|拒绝接收|拒绝了您)", r"不接收|拒绝接收", r"user .{0,20}restrict", r"not authorized to (?:send|deliver)", r"permission", r"(?:delivery|message) (?:is |was |has been )?(?:not (?:authorized|allowed|accepted)|refused|denied)",)),
    (Cause.SERVER, (r"(?:local|internal|system|server|configuration|config|service|software|i/o|input/output|temporary|lookup|ldap|database|command|pipe|mail system|interim) (?:error|failure|problem|unavailable|fail)", r"out of (?:memory|resources)", r"not (?:properly )?configured", r"misconfigur", r"cannot (?:open|create|write|append|lock|execute|chdir|stat|update)", r"can't (?:open|create|write|append|lock|execute|chdir|output)", r"unable to (?:open|create|write|append|lock|exec|chdir|get|process|initiate|access)", r"service (?:currently |temporarily )?(?:not |un)available", r"insufficient (?:system )?(?:resources|storage)", r"try (?:again )?later", r"temporar", r"transport (?:failed|error|is|unavailable|returned)", r"died with signal|status=\d", r"server (?:is )?(?:busy|too busy|down|overload|congest)", r"overloaded", r"system (?:is )?(?:busy|full|overload|not|congested)", r"child (?:process )?(?:crashed|exited|status)", r"exit (?:status|code)", r"系统(?:繁忙|错误|忙)", r"command (?:died|time|failed|not)", r"unrecogni[sz]ed command|syntax error|command not", r"retry timeout", r"deferred", r"disk", r"aborted", r"processing failed|failed to process",)),
)  # fmt: skip

STATUS: dict[str, Cause] = {
    "1.0": Cause.USER_UNKNOWN, "1.1": Cause.USER_UNKNOWN, "1.2": Cause.HOST_UNKNOWN, "1.3": Cause.USER_UNKNOWN, "1.4": Cause.FILTERED,
    "1.6": Cause.MOVED, "1.7": Cause.SENDER_REFUSED, "1.8": Cause.SENDER_REFUSED, "1.9": Cause.SERVER, "1.10": Cause.NOT_ACCEPTING, "1.90": Cause.TOO_MANY, "1.351": Cause.USER_UNKNOWN,
    "2.0": Cause.FILTERED, "2.1": Cause.SUSPENDED, "2.2": Cause.MAILBOX_FULL, "2.3": Cause.TOO_BIG, "2.4": Cause.FILTERED, "2.121": Cause.TOO_MANY, "2.122": Cause.TOO_MANY, "3.0": Cause.SERVER,
    "3.1": Cause.SERVER, "3.2": Cause.SERVER, "3.3": Cause.SERVER, "3.4": Cause.TOO_BIG, "3.5": Cause.SERVER, "4.0": Cause.NETWORK,
    "4.1": Cause.NETWORK, "4.2": Cause.NETWORK, "4.3": Cause.SERVER, "4.4": Cause.HOST_UNKNOWN, "4.5": Cause.SERVER, "4.6": Cause.NETWORK, "4.7": Cause.EXPIRED,
    "4.8": Cause.SERVER, "4.14": Cause.EXPIRED, "4.310": Cause.HOST_UNKNOWN, "4.312": Cause.NETWORK, "4.316": Cause.EXPIRED, "5.0": Cause.SERVER, "5.1": Cause.SERVER, "5.5": Cause.SERVER, "5.6": Cause.TOO_BIG, "5.2": Cause.SERVER, "5.3": Cause.TOO_MANY, "5.4": Cause.SERVER, "6.0": Cause.CONTENT, "6.1": Cause.CONTENT, "6.2": Cause.CONTENT, "6.3": Cause.CONTENT,
    "6.4": Cause.CONTENT, "6.5": Cause.CONTENT, "6.6": Cause.CONTENT, "6.7": Cause.CONTENT, "6.8": Cause.CONTENT, "6.9": Cause.CONTENT, "6.10": Cause.CONTENT, "7.0": Cause.POLICY, "7.1": Cause.POLICY, "7.2": Cause.FILTERED, "7.3": Cause.POLICY, "7.4": Cause.POLICY, "7.5": Cause.POLICY,
    "7.6": Cause.POLICY, "7.7": Cause.POLICY, "7.8": Cause.AUTHENTICATION, "7.9": Cause.AUTHENTICATION, "7.10": Cause.POLICY, "7.11": Cause.POLICY, "7.12": Cause.AUTHENTICATION, "7.14": Cause.AUTHENTICATION, "7.15": Cause.POLICY, "7.16": Cause.TOO_BIG, "7.18": Cause.USER_UNKNOWN, "7.19": Cause.POLICY, "7.29": Cause.AUTHENTICATION, "7.30": Cause.POLICY, "7.13": Cause.SUSPENDED, "7.17": Cause.USER_UNKNOWN, "7.20": Cause.AUTHENTICATION,
    "7.21": Cause.AUTHENTICATION, "7.22": Cause.AUTHENTICATION, "7.23": Cause.AUTHENTICATION, "7.24": Cause.AUTHENTICATION, "7.25": Cause.BLOCKED, "7.26": Cause.AUTHENTICATION,
    "7.27": Cause.SENDER_REFUSED, "7.28": Cause.TOO_MANY, "7.124": Cause.FILTERED, "7.133": Cause.FILTERED, "7.134": Cause.FILTERED, "7.136": Cause.FILTERED, "7.606": Cause.BLOCKED, "7.705": Cause.TOO_MANY, "7.708": Cause.BLOCKED, "7.750": Cause.SENDER_REFUSED,
}  # fmt: skip

SENDERS = (
    r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|po+st[-_.]?master|mdaemon|bounces?|bounce[-_+].*|daemon|mail[-_.]?delivery.*|mailer[-_]?admin|"
    r"maildeliverysystem|mail-?system|mailerd|e?mailer|postoffice|mmdf|uucp|root|smtp|noreply-?dmarc|no-?reply|system|"
    r"microsoftexchange[0-9a-f]*|mailservice|bounce-notification|delivery-?(?:status|failure|report).*|returned?-?mail|antispam|spam.*|"
    r"staff|mail-noreply|mail_?master|mta|fml|majordom[oa]?|administrator|admin|nobody|notification|receivingses|scanmail.*|imss.*)@?"
)
STRONG_SENDERS = r"^(?:mailer[-_.]?daemon|mail[-_.]?daemon|po+st[-_.]?master|mdaemon|mail[-_.]?delivery.*|microsoftexchange[0-9a-f]*)(?:@|$)"
SENDER_NAMES = (
    r"(?i)mail(?:er)?[ -]?(?:delivery|daemon)|delivery (?:sub)?system|postmaster|mail (?:system|administrator)|system administrator|"
    r"退信|系统管理员|postmaster|delivery (?:failure|status|notification)|mail deliver|bounce|メール配信|mail server"
)

SUBJECTS = (
    r"(?i)undeliver(?:ed|able)|delivery (?:status notification|failure|failed|has failed|report|error|notification|problem|incomplete|delayed|delay|warning)|error during delivery|"
    r"(?:mail|message|e-?mail)(?: delivery)?(?:[: ]| was | could )*(?:fail|not (?:be )?deliver|status|returned|undeliver|reject|error|delay|refus|block)|"
    r"fail(?:ure|ed)(?: notice|: | to deliver| delivery| message| mail)|return(?:ed|ing)? (?:mail|message|e-?mail|to sender)|returned:|non[- ]?deliver|"
    r"unable to deliver|could not (?:be )?(?:deliver|send)|not deliver(?:ed|able)|bounce|nondeliverable|unzustellbar|nicht zugestellt|zustellung|"
    r"non remis|[ée]chec|non distribu|no se (?:ha )?(?:podido|pudo) entregar|no entregado|devuelto|n[ãa]o (?:foi )?entreg|devolvid|"
    r"mancata consegna|non recapitabile|impossibile (?:consegnare|recapitare)|не ?доставлен|недоставлен|невозможно доставить|"
    r"ошибка доставки|退信|系统退信|退回|投递失败|发送失败|无法(?:投递|送达|传递|发送)|未送达|無法(?:傳遞|寄達|投遞|送達)|寄件失敗|传递失败|邮件.{0,6}失败|"
    r"配信(?:不能|でき|エラー|失敗)|送信でき|届きませ|不達|エラーメール|teslim (?:edilem|hata)|iletilem|g[öo]nderilem|"
    r"تعذر|فشل (?:التسليم|تسليم|في)|لم يتم (?:تسليم|توصيل)|onbestelbaar|niet (?:be|af)lever|niedostarcz|nie (?:zosta[łl]a|mo[żz]na) (?:dostarcz|dor)|"
    r"undelivrable|olevererbar|kan(?:ikke| inte|\b).{0,20}levereras|warning: (?:could not send|message)|there was an error sending|"
    r"delivery to .{0,60}fail|problem(?:s)? (?:delivering|with (?:your )?(?:mail|message))|error (?:sending|delivering|condition|in)|user unknown|mail could not|rejected mail|"
    r"(?:e-?mail|message) (?:you sent )?(?:was )?(?:blocked|not accepted|rejected)|considered (?:unsolicited|spam)|message (?:not|un)|not read|delivery attempt"
)

FAILED_WORDS = (
    r"(?i)error (?:has |have )?occur|(?:has been|was|is) (?:postponed|deferred|delayed)|failed recipients?|attempting to deliver|envelope expired|invalid (?:user|recipient) address|requested action not taken|(?:could ?n[o']t|can(?:not|'t)|unable to|was(?:n't| not)|were not|has not been|not be|fail(?:ed|ure)? to|failed|impossible to) (?:yet )?(?:be )?(?:deliver|sen[dt]|reach|complet|accept|process)|"
    r"delivery (?:has |to .{0,80})?(?:fail|was not|could not|is delayed|error|status|incomplete|unsuccess)|undeliver|permanent (?:fatal )?(?:error|failure)|(?:fatal|transient|delivery) errors?|returned (?:mail|message|to (?:you|sender))|"
    r"following (?:address|recipient|error|message|reason|user|destination|e-?mail)|did ?n[o']t reach|not reach|rejected (?:by|your|the|for)|wasn't able to deliver|trouble delivering|(?:message|mail|e-?mail).{0,60}(?:blocked|rejected|returned|undeliver|bounced|not delivered|refused|not accepted)|"
    r"\b[45]\d\d[ -][45]?\.?\d|\b[45]\.\d{1,2}\.\d{1,3}\b|user unknown|unknown user|smtp error|said: ?5\d\d|delivery report|delivery subsystem|mail delivery (?:system|software)|"
    r"退信|退回|投递失败|发送失败|无法(?:投递|送达|传递|发送|到达)|未能(?:送达|投递|发送)|不能(?:投递|送达)|未送达|被退|拒收|無法(?:傳遞|寄達|投遞|送達)|"
    r"nicht (?:zugestellt|zustellbar|ausgeliefert|gesendet)|unzustellbar|konnte nicht|fehler bei der zustellung|n['’]a (?:pas )?pu (?:être )?(?:remis|délivr|distribu|achemin)|non (?:remis|distribu)|[ée]chec de (?:la )?(?:remise|livraison|distribution)|"
    r"no (?:se )?(?:ha |pudo |ha podido |fue )?(?:entreg|podido entregar)|n[ãa]o (?:p[ôo]de|foi|puderam) (?:ser )?(?:entreg|enviad)|non (?:è stato|può essere|[èe] stata) (?:possibile )?(?:consegn|recapit|inviat)|"
    r"не (?:может быть|был[оа]?|удалось|могло быть) (?:доставл|отправл)|недоставлен|配信(?:でき|不能|され)|送信でき|届きませ|お届けできま|iletilem|teslim edilem|ulaştırılama|تعذر|لم (?:يتم|تصل)|فشل|"
    r"niet (?:worden )?(?:be|af)gelever|nie (?:mo[żz]na|zosta[łl]a|mog[łl]a).{0,20}dostarcz"
)

RETURNED_COPY = (
    r"(?im)^(?:[ ]*[-=_*+#]{2,}.{0,60}(?:copy of (?:the|your) message|original message|unsent message|message (?:header|follows|text|text follows)|returned message|"
    r"undelivered message|returned mail|rejected message|below this line is a copy|begin message|header|原始邮件|原邮件|original|message body|"
    r"copy of the message|undeliverable message|failed message).{0,60}"
    r"|below this line is a copy.*|(?:received|return-path): .*|\s*-+ ?transcript of session.{0,3} unsent message.*|original message follows.*|"
    r"the (?:headers|header) of (?:the|your) (?:original|message).*|your (?:original )?message(?: text| headers?)?(?: (?:now )?follows\s?:?|\s?:)\s*|message header:?|mail header follows.*|original message headers?:?.*|"
    r"信件(?:标题|内容|标头).*|原邮件信息.*|邮件头.*)$"
)

DELAYED = (
    r"(?i)\b(?:delayed|delay\b)|(?:has been|was|is) (?:postponed|deferred)|attempts will continue|just a warning|(?:continue|will|try) to (?:attempt|try|deliver)|will (?:continue|be (?:re)?(?:tried|attempted)|keep|retry)|not yet (?:been )?deliver|still (?:be )?(?:being )?(?:try|tried|attempt)|you do not need to resend|no action is required|warning message only|"
    r"temporary (?:failure|problem|error).{0,80}(?:retry|will|continue)|稍后(?:会|将)?(?:自动)?重试|将继续(?:尝试)?(?:投递|发送)|延迟"
)

ADDRESS_LABELS = (
    r"rcpt to|(?:intended |failed |original |final )?recipient(?: address)?s?|address|unknown user|undeliverable to|delivery failed[^:@]{0,24}|invalid [a-z ]{0,24}userid|"
    r"empf[äa]nger|destinataire|destinatari[oa]|destinat[áa]rio|получатель|ontvanger|al[ıi]c[ıi]|المستلم|수신자|宛先|收件人(?:邮箱|地址|邮件地址)?|收件者|无法发送到|final-recipient: ?rfc822;"
)
"""What may stand before the address of a recipient on its line."""

ADDRESS_ALONE = (
    r"(?i)(?:deliver(?:ed)?|zugestellt|remis|delivre|entregad[oa]|entregue|consegnat[oa]|送达|投递)\b[^\n]{0,80}\s*\n\s*"
    r"[\"'<]?[^\s<>\"'@]{1,80}@[^\s<>\"'@]{3,120}[\"'>]?[ \t]*(?:\n|$)"
)
"""A sentence about delivering with nothing but an address on the next line."""
