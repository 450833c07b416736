import pytest, time, glob
from collections import Counter
from datetime import timedelta
from tests.mail.sync.conftest import *
from genjin.mail import syncing
from genjin.mail.models import *
@pytest.mark.django_db
def test_corpus(dovecot, account, moment):
    mine=account(dovecot)
    files=sorted(glob.glob('/work/shared/data/03-email/**/*',recursive=True))
    raws=[]
    import os
    for f in files:
        if os.path.isfile(f) and not f.endswith(('.csv','.json','.md')):
            raws.append(open(f,'rb').read())
    dovecot.deliver(mine.username, [(r,DAY-timedelta(minutes=n)) for n,r in enumerate(raws)])
    t=time.process_time()
    r=syncing.sync(mine.pk, clock=lambda: moment)
    print('CPU',time.process_time()-t)
    print(len(raws), r.problem, r.details, r.found, r.stored, r.known, r.failed, )
    print(Counter(Message.objects.values_list('verdict',flat=True)))
    print(MailThread.objects.count(), Conversation.objects.count(), sum(Conversation.objects.values_list('count',flat=True)))
    r=syncing.sync(mine.pk, clock=lambda: moment)
    print(r.problem, r.found, r.stored, r.known, r.failed)
    assert 0
