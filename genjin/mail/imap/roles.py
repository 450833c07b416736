"""What folders are for: by what the server says of them (RFC 6154), else by how people call them."""

from __future__ import annotations

from collections.abc import Sequence

from genjin.mail.imap.mailbox import Listed
from genjin.mail.models import MailFolder

Role = MailFolder.Role

_USES = {
    "\\sent": Role.SENT,
    "\\drafts": Role.DRAFTS,
    "\\trash": Role.TRASH,
    "\\junk": Role.JUNK,
    "\\archive": Role.ARCHIVE,
}
_REPEATING = frozenset(("\\all", "\\flagged", "\\important"))
"""Folders that show mail of other folders once more."""
_CLOSED = frozenset(("\\noselect", "\\nonexistent"))
_NAMES = {
    Role.SENT: """
        sent|sent items|sent messages|sent mail|sent-mail|outbox sent|已发送|已发送邮件|已发邮件|发件箱|
        寄件備份|寄件备份|已傳送|已傳送的郵件|gesendet|gesendete objekte|gesendete elemente|
        gesendete nachrichten|envoyés|messages envoyés|éléments envoyés|courrier envoyé|enviados|
        elementos enviados|mensajes enviados|correo enviado|itens enviados|enviadas|posta inviata|
        inviati|inviata|отправленные|送信済み|送信済みメール|보낸편지함|gönderilmiş öğeler|
        gönderilenler|verzonden|verzonden items|wysłane
    """,
    Role.DRAFTS: """
        drafts|draft|草稿|草稿箱|草稿匣|entwürfe|entwurf|brouillons|brouillon|borradores|borrador|
        rascunhos|bozze|черновики|下書き|임시보관함|taslaklar|concepten|robocze
    """,
    Role.TRASH: """
        trash|deleted|deleted items|deleted messages|bin|已删除|已删除邮件|垃圾箱|已刪除的郵件|
        刪除的郵件|papierkorb|gelöscht|gelöschte objekte|gelöschte elemente|corbeille|
        éléments supprimés|messages supprimés|papelera|elementos eliminados|eliminados|lixeira|
        itens excluídos|cestino|posta eliminata|удаленные|корзина|ゴミ箱|휴지통|çöp kutusu|prullenbak|
        kosz
    """,
    Role.JUNK: """
        junk|spam|junk e-mail|junk email|bulk mail|bulk|垃圾邮件|广告邮件|病毒邮件|垃圾郵件|junk-e-mail|
        spamverdacht|unerwünscht|courrier indésirable|indésirables|pourriel|correo no deseado|
        no deseado|lixo eletrônico|posta indesiderata|спам|нежелательная почта|迷惑メール|스팸편지함|
        istenmeyen|ongewenste e-mail
    """,
    Role.ARCHIVE: """
        archive|archives|archived|存档|归档|归档邮件|存檔|封存|archiv|archiv-ordner|archivo|archivados|
        arquivo|archivio|архив|アーカイブ|보관함|arşiv|archief|archiwum
    """,
}
_BY_NAME = {name.strip(): role for role, names in _NAMES.items() for name in names.split("|") if name.strip()}


def listed(folders: Sequence[tuple[str, str, Sequence[str]]]) -> list[Listed]:
    """The folders one can open, each with its role; of each role but "other" there is at most one.

    Takes (path, delimiter, flags) in the order of the server; what the server says wins over names.
    """
    taken: dict[str, str] = {}
    for path, _delimiter, flags in folders:
        lower = {flag.lower() for flag in flags}
        for use, role in _USES.items():
            if use in lower:
                taken.setdefault(role, path)
    for path, delimiter, _flags in folders:
        name = (path.rsplit(delimiter, 1)[-1] if delimiter else path).strip().lower()
        named = Role.INBOX if path.upper() == "INBOX" else _BY_NAME.get(name)
        if named is not None and path not in taken.values():
            taken.setdefault(named, path)
    roles = {path: role for role, path in taken.items()}
    found = []
    for path, _delimiter, flags in folders:
        lower = {flag.lower() for flag in flags}
        if not lower & _CLOSED:
            found.append(Listed(path, str(roles.get(path, Role.OTHER)), not lower & _REPEATING))
    return found
