"""The past incident of the demo: resolved within two hours, followed up and closed within the week."""

from __future__ import annotations

from incident_tui.demo.script import Line, Script

PER_CART = "! psql -tc \"select count(*), count(distinct cart) from orders where placed > now() - interval '1 hour'\""
READ_TIMEOUT = '! aws sqs get-queue-attributes --queue-url "$CONFIRMATIONS" --attribute-names VisibilityTimeout'
READ_TIMEOUT_OUTPUT = """\
{
    "Attributes": {
        "VisibilityTimeout": "30"
    }
}"""
SET_TIMEOUT = '! aws sqs set-queue-attributes --queue-url "$CONFIRMATIONS" --attributes VisibilityTimeout=300'
DENIED = """\
An error occurred (AccessDenied) when calling the SetQueueAttributes operation: \
access to the resource is denied."""

WORKER_LOG = """\
+ Two pods send the same job, 30 s apart +H3 #queue
08:33:12 mail-worker-5  job 8f21 started
08:33:42 mail-worker-2  job 8f21 started
08:33:58 mail-worker-5  job 8f21 sent
08:34:28 mail-worker-2  job 8f21 sent"""

CONFIGURATION = """\
/config
queues:
  confirmations:
    visibility_timeout: 30s   # 120s until infra change 482
    max_receives: 5
mail-worker:
  release: 1.9.1
  pods: 8
  provider_timeout: 60s"""

AFFECTED = "! psql -tc \"select sum(copies), count(*) from parcels where packed > '08:33' and copies > 1\""

RESPONSE = (
    Line("2m31s", "lee", "-2m31s /alert Six customers report two confirmations for one order #support"),
    Line("3m04s", "lee", "/role incident commander @lee"),
    Line("3m15s", "lee", "/role technical lead @kim"),
    Line("3m22s", "lee", "/role communications lead @sam"),
    Line("3m30s", "lee", "/role scribe @ravi"),
    Line("3m52s", "ravi", "/check 1.1"),
    Line("4m03s", "ravi", "/stepnote 1.1 every service is green, so this is wrong work and not an outage"),
    Line("4m31s", "kim", "Confirmations per order rose from 1.00 to 1.31; the error rate is a normal 0.2 % #mail"),
    Line("4m40s", "kim", "/check 1.2"),
    Line("4m55s", "sam", "/check 1.3"),
    Line("5m06s", "sam", "/stepnote 1.3 11 reports; “I got two mails and am afraid to pay twice”"),
    Line("5m38s", "kim", "Changed since yesterday: web@2.3.7, and the queues by infra change 482 #deploy"),
    Line("5m44s", "kim", "/check 1.4"),
    Line("5m49s", "lee", "/check 2.1"),
    Line("6m02s", "sam", "@internal 👀 Orders are confirmed twice. Lee commands, Kim looks for the cause. next 30m"),
    Line("6m10s", "sam", "/sent M1 #incidents"),
    Line("6m14s", "sam", "/check 2.2"),
    Line("6m40s", "sam", "@external Some of you get two confirmations. Your order counts once. next 20m"),
    Line("6m52s", "sam", "/edit M2 Some of you get two mails for one order. It counts once and is paid once. next 20m"),
    Line("6m55s", "lee", "/approve M2"),
    Line("6m59s", "sam", "/sent M2 status page"),
    Line("7m03s", "sam", "/check 2.3"),
    Line("7m08s", "kim", "/check 2.4"),
    Line("7m21s", "kim", "/stepnote 2.4 web@2.3.6 is good; infra change 482 can be taken back within a minute"),
    Line("8m10s", "ravi", "/impact users ≈1,150 customers (31 % of the orders)"),
    Line("8m14s", "ravi", "/check 3.2"),
    Line("8m40s", "ravi", "/impact revenue none lost; parcels sent twice cost about USD 18 each"),
    Line("8m44s", "ravi", "/check 3.1"),
    Line("9m10s", "ravi", "/milestone started -15m"),
    Line("9m20s", "ravi", "/check 5.1.4"),
)

SEARCH = (
    Line("9m31s", "kim", "? web@2.3.7 lets customers submit an order twice"),
    Line("9m40s", "kim", "? The mail provider delivers each mail twice"),
    Line("10m12s", "kim", PER_CART, output="  3712 |  3712", took_ms=640),
    Line("10m30s", "kim", "Every cart has exactly one order -H1 #db"),
    Line("10m44s", "kim", "/judge H1 refuted one order for each cart"),
    Line("11m52s", "ravi", "Traffic is twice the usual for this hour"),
    Line("12m20s", "ravi", "/strike read from the graph of the sale last month", about="Traffic is twice"),
    Line("12m41s", "ravi", "The provider accepted two requests per mail, both with our own key -H2 #mail"),
    Line("12m58s", "ravi", "/judge H2 refuted we hand the mail over twice"),
    Line("13m02s", "ravi", "/check 5.6"),
    Line("13m40s", "kim", "? The queue hands out a job again before it is done"),
    Line("13m49s", "kim", "/check 5.2"),
    Line("14m15s", "kim", WORKER_LOG),
    Line("14m21s", "kim", "/star", about="Two pods send"),
    Line("14m26s", "kim", "/check 5.3"),
    Line("15m05s", "ravi", READ_TIMEOUT, output=READ_TIMEOUT_OUTPUT, took_ms=1_120),
    Line("15m22s", "ravi", "/for H3", about="aws sqs get-queue"),
    Line("15m40s", "kim", "A job takes 64 s since the provider answers slowly +H3 #mail"),
    Line("16m02s", "kim", "/amend A job takes 46 s since the provider answers slowly", about="A job takes 64"),
    Line("16m15s", "kim", "/judge H3 supported 30 s are over before a job of 46 s is done"),
    Line("16m30s", "kim", "/check 5.4"),
    Line("16m38s", "ravi", "/na 5.5 no query waits"),
    Line("17m02s", "ravi", "/milestone started -58m2s"),
    Line("17m09s", "ravi", "/check 5.1.2"),
    Line("17m20s", "ravi", "/stepnote 5.1.2 the first pair of mails left at 08:33, when the provider became slow"),
    Line("17m31s", "ravi", "/check 5.1.1"),
    Line("17m36s", "ravi", "/check 5.1.3"),
    Line("17m40s", "ravi", "/check 5.1"),
    Line("18m03s", "sam", "The warehouse packs once per confirmation: 37 orders twice, 12 parcels already on the road"),
    Line("18m25s", "lee", "/severity 1 parcels are shipped twice"),
    Line("18m31s", "lee", "/check 3.6"),
    Line("18m40s", "lee", "/impact data 37 orders packed twice; no order lost"),
    Line("18m46s", "lee", "/check 3.3"),
    Line("18m55s", "sam", "/impact reputation a few customers, two posts in social media"),
    Line("18m59s", "sam", "/check 3.4"),
    Line("19m08s", "lee", "/role deputy @dana"),
)

MITIGATION = (
    Line("19m20s", "sam", "@management Orders are confirmed twice, 37 were packed twice; picking is halted. next 90m"),
    Line("19m34s", "sam", "/sent M3 e-mail to 4 people"),
    Line("19m50s", "lee", "> Halt picking until the duplicates are sorted out; Sam calls the warehouse"),
    Line("20m31s", "sam", "* Picking is halted; the shift leader is Mo"),
    Line("20m44s", "ravi", "/impact frontend working"),
    Line("20m49s", "ravi", "/check 3.5.1"),
    Line("20m56s", "ravi", "/impact backend mail-worker does its jobs twice"),
    Line("21m01s", "ravi", "/check 3.5.2"),
    Line("21m07s", "ravi", "/impact database working"),
    Line("21m12s", "ravi", "/check 3.5.3"),
    Line("21m20s", "ravi", "/impact third-party the mail provider answers in 9 s instead of 0.4 s"),
    Line("21m26s", "ravi", "/check 3.5.4"),
    Line("21m29s", "ravi", "/check 3.5"),
    Line("21m34s", "sam", "/check 3.7"),
    Line("21m50s", "lee", "> Raise the timeout rather than stop the worker: no mail is lost that way"),
    Line("21m58s", "lee", "/begin 4"),
    Line("22m30s", "kim", SET_TIMEOUT, output=DENIED, took_ms=930, exit_code=254),
    Line("23m18s", "dana", "* Gave Kim the right to change the queues, until tonight"),
    Line("23m40s", "kim", SET_TIMEOUT, took_ms=870),
    Line("23m52s", "kim", "/fixstep immediate visibility timeout of the confirmations queue raised from 30 s to 300 s"),
    Line("24m05s", "kim", "/check 4.1"),
    Line("24m12s", "lee", "/na 4.2 the load is normal"),
    Line("24m18s", "lee", "/na 4.3 no cache holds a job"),
    Line("24m31s", "lee", "/skip 4.4 a restart would hand out the running jobs once more"),
    Line("25m02s", "sam", "@internal 🔄 The timeout is raised. Kim watches whether jobs still come twice. next 30m"),
    Line("25m11s", "sam", "/sent M4 #incidents"),
    Line("26m40s", "ravi", CONFIGURATION),
    Line("26m52s", "ravi", "/check 5.7"),
    Line(
        "27m05s", "ravi", "/error DuplicateDispatch: 8f21 was accepted before\n    at Provider.send (mail/send.ts:64)"
    ),
    Line("28m10s", "kim", "No job has come twice for four minutes +H3 #queue"),
    Line("28m30s", "ravi", "/milestone mitigated -4m50s"),
    Line("29m12s", "sam", "@internal All is well again."),
    Line("29m40s", "lee", "/discard M5 too early, the parcels are not sorted out"),
    Line(
        "30m05s",
        "kim",
        "/cause Infra change 482 set the visibility timeout of every queue to 30 s. When the mail provider became "
        "slow, a job took 46 s, and the queue handed it out again while it was still being done.",
    ),
    Line("30m20s", "kim", "/judge H3 confirmed no job came twice once the timeout was raised"),
    Line("30m28s", "kim", "/check 5.8"),
    Line("30m40s", "lee", "/status identified"),
    Line("34m02s", "sam", "@external We found the reason and send no more mails twice. Parcels are checked. next 60m"),
    Line("34m10s", "lee", "/approve M6"),
    Line("34m20s", "sam", "/sent M6 status page"),
)

RESOLUTION = (
    Line("38m15s", "kim", "/fixstep root-cause the worker prolongs the timeout while it works (mail-worker@1.9.2)"),
    Line("41m40s", "kim", "/fixstep root-cause a job carries a key, and what was sent with that key is not sent again"),
    Line("44m40s", "lee", "/handoff @dana"),
    Line("45m02s", "dana", "/accept SEV1"),
    Line("45m10s", "lee", "/note I hand over to Dana: the fix is being built, the warehouse waits for our word"),
    Line("45m15s", "dana", "/leave deputy"),
    Line("46m50s", "kim", "/check 6.1"),
    Line("47m04s", "kim", "/stepnote 6.1 the new test fails without the key and passes with it; Lee has read it"),
    Line("47m30s", "dana", "> Roll out mail-worker@1.9.2 to one pod first; back at once if a single job comes twice"),
    Line(
        "52m20s",
        "kim",
        "! kubectl rollout status deploy/mail-worker",
        output='Waiting for deployment "mail-worker" rollout to finish: 7 of 8 updated replicas are available...\n'
        'deployment "mail-worker" successfully rolled out',
        took_ms=41_300,
    ),
    Line("52m30s", "kim", "/fix mail-worker@1.9.2 on all 8 pods: it prolongs its timeout and knows what it has sent"),
    Line("52m38s", "kim", "/check 6.2"),
    Line("53m30s", "ravi", "/check 6.3"),
    Line("53m42s", "ravi", "/stepnote 6.3 three test orders, three mails"),
    Line("54m02s", "sam", "@internal 🔧 mail-worker@1.9.2 is out. We watch it for half an hour. next 45m"),
    Line("54m11s", "sam", "/sent M7 #incidents"),
    Line("55m02s", "dana", "/status monitoring"),
    Line("58m30s", "sam", "/recovery data 25 of the 37 double parcels unpacked before they were picked up"),
    Line("1h1m30s", "dana", "/check 6.4"),
    Line("1h1m41s", "dana", "/stepnote 6.4 Ravi stays on it until tomorrow noon"),
    Line("1h2m", "ravi", "/health confirmations per order 1.00, as in the same hour of last week"),
    Line("1h2m10s", "ravi", "/check 7.1"),
    Line("1h4m5s", "sam", "/recovery service picking goes on, order by order, with a check for double labels"),
    Line("1h8m20s", "ravi", "/health p95 of a mail 5 s; the SLA is 60 s"),
    Line("1h8m30s", "ravi", "/check 7.2"),
    Line("1h20m", "ravi", "/health all 8 pods and both queues pass their checks"),
    Line("1h20m9s", "ravi", "/check 7.4"),
    Line("1h31m", "sam", "/health support: no new report for 35 minutes"),
    Line("1h31m10s", "sam", "/check 7.3"),
    Line("1h32m4s", "dana", "/resolve no job came twice for an hour"),
    Line("1h32m30s", "sam", "@internal ✅ Resolved: each order is confirmed once. Thanks to everybody."),
    Line("1h32m38s", "sam", "/sent M8 #incidents"),
    Line("1h33m", "sam", "@external Resolved: one mail per order again. If two parcels come, we collect one for free."),
    Line("1h33m9s", "sam", "/sent M9 status page"),
    Line(
        "1h34m", "sam", "@management 📝 Resolved after 1 h 32 min. Cost below USD 1,000; the post-mortem is tomorrow."
    ),
    Line("1h34m12s", "sam", "/sent M10 e-mail to 4 people"),
)

AFTERMATH = (
    Line("1h40m", "ravi", '/state "confirmations per order" before 1.00'),
    Line("1h40m9s", "ravi", '/state "confirmations per order" during 1.31'),
    Line("1h40m18s", "ravi", '/state "confirmations per order" after 1.00'),
    Line("1h40m30s", "ravi", '/state "time of a job" before 4 s'),
    Line("1h40m38s", "ravi", '/state "time of a job" during 46 s'),
    Line("1h40m46s", "ravi", '/state "time of a job" after 5 s'),
    Line("1h41m", "ravi", '/state "visibility timeout" before 120 s'),
    Line("1h41m8s", "ravi", '/state "visibility timeout" during 30 s'),
    Line("1h41m16s", "ravi", '/state "visibility timeout" after 300 s'),
    Line("1h45m", "kim", AFFECTED, output="    74 |     37", took_ms=210),
    Line("1h45m20s", "kim", "/check 9.1"),
    Line("1h45m40s", "kim", "/na 9.2 nothing was lost, only doubled"),
    Line("2h10m", "kim", "/check 9.3"),
    Line("2h10m15s", "kim", "/stepnote 9.3 the sums of orders, payments and parcels agree again"),
    Line("2h12m", "ravi", "/na 10.1 no cache was involved"),
    Line("2h12m30s", "ravi", "/na 10.2 no breaker had opened"),
    Line("2h30m", "ravi", "/check 10.3"),
    Line("2h31m", "ravi", "/check 10.4"),
    Line("2h40m", "dana", "/lesson wrong customers noticed 41 minutes before we did: nothing counts mails per order"),
    Line("2h41m", "dana", "/lesson wrong infra change 482 touched every queue and was reviewed for one"),
    Line("2h42m", "sam", "/lesson wrong the second public update came 7 minutes late: only Sam can log in to the page"),
    Line("2h43m", "kim", "/lesson well three theories, each with a test: 21 minutes from the first one to the cause"),
    Line("2h44m", "lee", "/lesson well taking the setting back instead of stopping the worker: no mail was lost"),
    Line("2h45m", "sam", "/lesson luck the carrier had collected only 12 of the 37 parcels"),
    Line("2h46m", "dana", "/check 11.5"),
    Line("2h50m", "dana", "/todo Alert when confirmations per order exceed 1.02 owner:kim !high"),
    Line("2h51m", "dana", "/todo Packing ignores a second confirmation of the same order owner:lee !high"),
    Line("2h52m", "dana", "/todo Check each change of queue settings against the longest job owner:ravi"),
    Line("2h53m", "dana", "/todo A second person can log in to the status page owner:sam !high"),
    Line("2h54m", "dana", "/todo Rehearse a slow mail provider in the next drill owner:ravi !low"),
    Line("2h55m", "dana", "/check 11.6"),
    Line("3h5m", "sam", '/cost "twelve parcels collected" USD 216'),
    Line("3h6m", "sam", '/cost "vouchers as an apology" USD 370'),
    Line("3h7m", "sam", "/check 11.7"),
    Line("3h10m", "kim", "/check 11.4"),
    Line("3h11m", "kim", "/stepnote 11.4 the timeout of 300 s stays; Kim's right to change queues ends tonight"),
    Line("3h20m", "dana", "/check 11.3"),
    Line("3h25m", "sam", "/check 11.2"),
    Line("4h30m", "sam", "/recovery data the last of the 12 parcels on the road called back by the carrier"),
    Line("4h31m", "sam", "/check 9.4"),
    Line("6h", "ravi", "/check 11.1"),
    Line("6h30m", "sam", "/done A4"),
    Line("22h", "kim", "/check 8.1"),
    Line("22h10m", "ravi", "/check 8.2"),
    Line("23h", "kim", "/check 8.3"),
    Line("1d", "dana", "/check 12.1"),
    Line("1d1m", "dana", "/stepnote 12.1 nine people, 50 minutes; main question: why one change reached every queue"),
    Line("1d15m", "dana", "/sign incident commander @dana"),
    Line("1d16m", "kim", "/sign technical lead @kim"),
    Line("1d40m", "ada", "/sign management @ada"),
    Line("1d44m", "dana", "/check 11.8"),
    Line("1d1h20m", "ravi", "/health a day later: 88,140 orders, 88,140 mails"),
    Line("1d1h21m", "ravi", "/check 8.4"),
    Line("1d1h30m", "kim", "/done A1"),
    Line("3d1h", "ravi", "/check 12.3"),
    Line("3d2h", "kim", "/check 12.2"),
    Line("4d3h", "kim", "/check 12.4"),
    Line("6d1h", "dana", "/close what is left is in A2, A3 and A5"),
)

PAST = Script(
    "Orders are confirmed twice",
    2,
    "2m10s",
    "lee",
    (*RESPONSE, *SEARCH, *MITIGATION, *RESOLUTION, *AFTERMATH),
)
