"""What secrets look like: the known formats of tokens, each with the literal marks that a text must have to hold one.

The formats with a fixed beginning follow the rules of gitleaks (MIT) and what the services say of their own tokens.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct


class Format(Struct, frozen=True):
    """`kind` is what people call it; `marks` are lower-case literals of which a text has one before `pattern` is tried.

    The secret is the group `s` of the pattern where it has one, else the whole match. Where it is `mixed`, it must
    hold letters and digits, so that a name of that form is none. `open` patterns end anywhere in a run of letters.
    What is `held` in a place made for it is no secret where it only stands for one.
    """

    kind: str
    marks: tuple[str, ...]
    pattern: str
    mixed: bool = False
    open: bool = True
    held: bool = False


HEX: Final = "[0-9a-fA-F]"
UUID: Final = f"{HEX}{{8}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{4}}-{HEX}{{12}}"
# What a token may follow: no letter, no digit, and not the end of a mask, which would make a second look see more.
L: Final = r"(?<![A-Za-z0-9›])"
APART: Final = r"(?<![\w/+=.›-])"
END: Final = r"(?![\w/+‹-])"

AWS_APART: Final = r"(?<![\w+.›-])"
GUARDS: Final = (L, APART, AWS_APART)

CODE: Final = (
    Format("GitHub token", ("ghp_", "gho_", "ghu_", "ghs_", "ghr_"), r"gh[pousr]_[A-Za-z0-9]{30,255}"),
    Format("GitHub token", ("github_pat_",), r"github_pat_[A-Za-z0-9_]{36,255}"),
    Format(
        "GitLab token",
        ("gl",),
        L + r"gl(?:pat|dt|ft|rtr?|ptt|agent|soat|imt|cbt|oas|ffct|wt)-[\w-]{20,300}(?:\.[\w-]{2,40}){0,3}",
    ),
    Format("GitLab token", ("gr1348941",), r"GR1348941[\w-]{20,60}"),
    Format("GitLab session", ("_gitlab_session=",), r"_gitlab_session=(?P<s>[0-9a-z]{32})"),
    Format("Bitbucket token", ("atbb", "atctt"), L + r"AT(?:BB|CTT)[\w=-]{24,300}"),
    Format("Atlassian token", ("atatt", "atstt"), L + r"AT[AS]TT[\w=-]{30,400}"),
    Format("npm token", ("npm_",), L + r"npm_[A-Za-z0-9]{30,60}"),
    Format("npm token", ("_authtoken=",), r"_auth[T]oken=(?P<s>[^\s$‹\"']{10,200})"),
    Format("PyPI token", ("pypi-",), L + r"pypi-[\w-]{50,1000}"),
    Format("RubyGems token", ("rubygems_",), r"rubygems_[0-9a-f]{40,64}"),
    Format("crates.io token", ("cio",), APART + r"cio[A-Za-z0-9]{32}" + END, mixed=True, open=False),
    Format("Docker token", ("dckr_",), r"dckr_(?:pat|oat)_[\w-]{20,100}"),
    Format("registry login", ('"auth"',), r'"auth"\s{0,5}:\s{0,5}"(?P<s>[A-Za-z0-9+/]{16,500}={0,2})"'),
    Format("CircleCI token", ("ccipat_", "ccipra_", "ccipri_", "ccipro_", "ccipr"), r"CCIP[A-Z]{2,3}_\w{20,100}"),
    Format("Buildkite token", ("bkua_", "bkat_", "bkct_"), L + r"bk(?:ua|at|ct)_[0-9a-f]{36,64}"),
    Format("Sonar token", ("squ_", "sqp_", "sqa_"), L + r"sq[upa]_[0-9a-f]{40}"),
    Format("JFrog token", ("akcp",), L + r"AKCp[A-Za-z0-9]{60,100}"),
    Format("JFrog token", ("cmvmd",), APART + r"cmVmd[A-Za-z0-9]{59}" + END, open=False),
    Format("Terraform token", (".atlasv1.",), L + r"[A-Za-z0-9]{14}\.atlasv1\.[\w=-]{50,90}"),
    Format("Pulumi token", ("pul-",), L + r"pul-[0-9a-f]{40}"),
    Format("Snyk token", ("snyk",), rf"(?i)snyk[\w -]{{0,30}}[\"'\s:=]{{1,5}}(?P<s>{UUID})"),
    Format("Postman key", ("pmak-",), r"PMAK-[0-9a-fA-F]{24}-[0-9a-fA-F]{34}"),
)

CLOUDS: Final = (
    Format(
        "AWS access key",
        ("akia", "asia", "abia", "acca", "a3t"),
        AWS_APART + r"(?:A3T[A-Z0-9]|AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}" + END,
        open=False,
    ),
    Format("AWS key", ("absk",), APART + r"ABSK[A-Za-z0-9+/]{60,400}={0,2}"),
    Format("AWS key", ("amzn.mws.",), rf"amzn\.mws\.{UUID}"),
    Format("AWS signature", ("x-amz-signature=", "signature="), r"(?i)(?:X-Amz-)?Signature=(?P<s>[0-9a-f]{64})"),
    Format("AWS session token", ("x-amz-security-token",), r"(?i)X-Amz-Security-Token[=:]\s?(?P<s>[\w%+/=-]{40,4000})"),
    Format("Google API key", ("aiza",), L + r"AIza[\w-]{33,40}"),
    Format("Google API key", ("aq.ab",), L + r"AQ\.Ab[\w-]{40,100}"),
    Format("Google token", ("ya29.",), L + r"ya29\.[\w.-]{20,4000}"),
    Format("Google client secret", ("gocspx-",), r"GOCSPX-[\w-]{20,60}"),
    Format("Google refresh token", ("1//0",), r"(?<![\w:/])1//0[\w-]{30,200}"),
    Format("Azure account key", ("accountkey=",), r"(?i)AccountKey=(?P<s>[A-Za-z0-9+/]{40,100}={0,2})"),
    Format("Azure access key", ("sharedaccesskey=",), r"(?i)SharedAccessKey=(?P<s>[A-Za-z0-9+/]{20,100}={0,2})"),
    Format("signed URL", ("sig=",), r"(?i)[?&;]sig=(?P<s>[A-Za-z0-9%+/_-]{20,200}={0,2})"),
    Format("Azure function key", ("code=",), r"(?i)[?&]code=(?P<s>[\w%+/-]{40,100}={0,2})"),
    Format("Azure client secret", ("q~",), r"(?<![\w~.›-])[\w~.]{3}\dQ~[\w~.-]{31,34}(?![\w~‹-])", open=False),
    Format("Azure key", ("jqqj99",), L + r"[A-Za-z0-9]{44,60}JQQJ99[A-Za-z0-9]{20,32}"),
    Format("DigitalOcean token", ("doo_v1_", "dop_v1_", "dor_v1_"), r"do[opr]_v1_[0-9a-f]{40,64}"),
    Format("Heroku key", ("hrku-",), r"HRKU-[\w-]{30,100}"),
    Format("Heroku key", ("heroku",), rf"(?i)heroku[\w -]{{0,30}}[\"'\s:=]{{1,5}}(?P<s>{UUID})"),
    Format("Cloudflare token", ("cfk_", "cfut_", "cfat_"), L + r"cf(?:k|ut|at)_[A-Za-z0-9]{36,80}"),
    Format("Cloudflare key", ("v1.0-",), L + r"v1\.0-[0-9a-f]{24}-[0-9a-f]{100,200}"),
    Format(
        "Cloudflare token",
        ("cloudflare",),
        r"(?i)cloudflare[\w -]{0,30}[\"']?\s?[:=]\s?[\"']?(?P<s>[\w-]{37,40})(?![\w‹-])",
        mixed=True,
    ),
    Format("Databricks token", ("dapi",), L + r"dapi[0-9a-f]{32}(?:-\d)?"),
    Format("Alibaba key", ("ltai",), APART + r"LTAI[A-Za-z0-9]{12,24}" + END, mixed=True, open=False),
    Format("Tencent key", ("akid",), APART + r"AKID[A-Za-z0-9]{32}" + END, mixed=True, open=False),
    Format("Vault token", ("hvs.", "hvb.", "hvr."), L + r"hv[sbr]\.[\w-]{20,400}"),
    Format("Vault token", ("s.",), r"(?<![\w.›-])s\.[A-Za-z0-9]{24}(?![\w.‹-])", mixed=True, open=False),
    Format("Doppler token", ("dp.",), L + r"dp\.(?:pt|st|ct|sa|scim|audit)\.[\w.-]{40,100}"),
    Format("PlanetScale password", ("pscale_",), r"pscale_(?:tkn|oauth|pw)_[\w=.-]{30,80}"),
    Format("Fly.io token", ("fo1_", "fm1", "fm2_"), L + r"(?:fo1_[\w-]{40,60}|fm(?:1[ar]?|2)_[\w+/=-]{50,1000})"),
    Format("Netlify token", ("nfp_",), L + r"nfp_[A-Za-z0-9]{36,60}"),
    Format("Vercel token", ("vercel_",), r"vercel_[a-z_]{2,20}_\w{20,100}"),
    Format("Render key", ("rnd_",), L + r"rnd_[A-Za-z0-9]{28,40}", mixed=True),
    Format("Supabase key", ("sbp_", "sb_secret_"), L + r"(?:sbp_[0-9a-f]{40}|sb_secret_[\w-]{20,60})"),
    Format("Tailscale key", ("tskey-",), r"tskey-[\w-]{20,100}"),
    Format("OpenShift token", ("sha256~",), r"sha256~[\w-]{43}"),
    Format("1Password token", ("ops_eyj",), r"ops_eyJ[\w+/=-]{100,4000}"),
    Format("age key", ("age-secret-key-",), r"AGE-SECRET-KEY-1[0-9A-Z]{50,60}"),
)

WATCHING: Final = (
    Format("Datadog token", ("ddpat_", "ddapp_"), L + r"dd(?:pat|app)_[A-Za-z0-9]{30,80}"),
    Format(
        "Datadog key",
        ("datadog", "dd_", "dd-"),
        rf"(?i)(?:datadog|(?<![A-Za-z0-9])dd)[\w -]{{0,30}}[\"']?\s?[:=]\s?[\"']?"
        rf"(?P<s>{HEX}{{40}}|{HEX}{{32}})(?![\w‹])",
    ),
    Format("PagerDuty token", ("pdus+_", "pdeu+_"), r"pd(?:us|eu)\+_\w{2,20}_[\w-]{20,80}"),
    Format(
        "PagerDuty key",
        ("pagerduty", "pd_"),
        r"(?i)(?:pagerduty|(?<![A-Za-z0-9])pd)[\w -]{0,30}[\"']?\s?[:=]\s?[\"']?"
        r"(?P<s>u\+[\w+-]{18}|[yue]_?[\w+-]{19}|[0-9a-z]{32})(?![\w‹+-])",
        mixed=True,
    ),
    Format("PagerDuty token", ("token=",), r"(?i)\btoken token=[\"']?(?P<s>[\w+-]{12,80})"),
    Format("Sentry token", ("sntrys_", "sntryu_", "sntryi_", "sntrya_"), r"sntry[a-z]_[\w+/=-]{20,500}"),
    Format("Sentry DSN", ("@",), rf"(?i)https?://(?P<s>{HEX}{{32}}(?::{HEX}{{32}})?)@[\w.:-]{{3,200}}/\d"),
    Format(
        "New Relic key", ("nrak-", "nrii-", "nriq-", "nrra-", "nrjs-", "nrik-", "nraa-"), L + r"NR[A-Z]{2}-[\w-]{19,60}"
    ),
    Format("New Relic key", ("nral",), L + r"[0-9a-zA-Z]{30,44}NRAL(?![A-Za-z0-9‹])", open=False),
    Format("Grafana token", ("glsa_",), r"glsa_\w{30,60}"),
    Format("Grafana token", ("glc_",), L + r"glc_[A-Za-z0-9+/]{32,400}={0,3}"),
    Format("Grafana key", ("eyjrijoi",), L + r"eyJrIjoi[A-Za-z0-9+/]{40,400}={0,3}"),
    Format(
        "UptimeRobot key", ("u", "m"), APART + r"(?:ur?|m)\d{4,12}-[0-9a-zA-Z]{20,40}" + END, mixed=True, open=False
    ),
    Format("Healthchecks ping URL", ("hc-ping.com/",), rf"hc-ping\.com/(?P<s>{UUID}|[\w-]{{20,24}}(?=/))"),
    Format("Healthchecks ping URL", ("/ping/",), rf"https?://[\w.:-]{{3,200}}/ping/(?P<s>{UUID})"),
    Format("Healthchecks key", ("hcw_", "hcr_"), L + r"hc[wr]_[A-Za-z0-9]{20,60}"),
    Format("Honeycomb key", ("hc",), L + r"hc[a-z]{2}k_[0-9a-z]{50,70}"),
    Format("Dynatrace token", ("dt0",), L + r"dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}"),
    Format("Rootly token", ("rootly_",), r"rootly_[0-9a-f]{40,80}"),
    Format("FireHydrant token", ("fhb-",), L + r"fhb-[0-9a-f]{32}"),
    Format("LaunchDarkly key", ("api-", "sdk-", "mob-"), rf"{L}(?:api|sdk|mob)-{UUID}"),
    Format("Contentful token", ("cfpat-",), r"CFPAT-[\w-]{40,60}"),
    Format("ntfy token", ("tk_",), L + r"tk_[a-zA-Z0-9]{29}(?![A-Za-z0-9‹])", open=False),
)

CHAT: Final = (
    Format("Slack token", ("xox",), r"xox[a-z](?:\.xox[a-z])?-[\w-]{10,300}"),
    Format("Slack token", ("xapp-",), L + r"xapp-\d-[A-Za-z0-9-]{10,200}"),
    Format(
        "Slack webhook",
        ("hooks.slack",),
        r"hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/(?P<s>[\w/+-]{20,150})",
    ),
    Format(
        "Discord webhook",
        ("/webhooks/",),
        r"discord(?:app)?\.com/api/(?:v\d+/)?webhooks/\d{10,22}/(?P<s>[\w-]{30,120})",
    ),
    Format(
        "Discord token",
        (".",),
        r"(?<![\w.›/+-])[MNO][\w-]{22,28}\.[\w-]{6}\.[\w-]{27,45}(?![\w.‹-])",
        mixed=True,
        open=False,
    ),
    Format("Discord token", ("mfa.",), L + r"mfa\.[\w-]{60,120}"),
    Format("Teams webhook", ("webhook.office",), r"webhook\.office(?:365)?\.com/(?P<s>[\w@/-]{40,300})"),
    Format(
        "incoming webhook", ("/hooks/",), r"https?://[\w.:-]{3,200}/hooks/(?P<s>[a-z0-9]{26}|\w{17}/\w{40,50})(?![\w‹])"
    ),
    Format("Zapier webhook", ("hooks.zapier.com/",), r"hooks\.zapier\.com/hooks/catch/(?P<s>\d+/\w+(?:/\w+)?)"),
    Format("Telegram token", (":a",), r"(?<!\d)\d{6,12}:A[\w-]{34}(?![\w‹-])", open=False),
    Format(
        "notification URL",
        ("tgram://", "discord://", "slack://", "msteams://", "workflows://", "pover://", "mmost://", "mmosts://"),
        r"(?i)(?<![a-z])(?:tgram|discord|slack|msteams|workflows|pover|mmosts?)://(?P<s>[\w:@/%+.=-]{20,300})",
    ),
    Format("webhook secret", ("whsec_",), r"whsec_[A-Za-z0-9+/=_-]{16,120}"),
)

SERVICES: Final = (
    Format("Stripe key", ("k_live_", "k_test_", "k_prod_"), L + r"[srp]k_(?:live|test|prod)_[A-Za-z0-9]{10,250}"),
    Format("Twilio key", ("sk",), L + r"SK[0-9a-f]{32}(?![A-Za-z0-9‹])", open=False),
    Format("Twilio token", ("twilio",), rf"(?i)twilio[\w -]{{0,30}}[\"']?\s?[:=]\s?[\"']?(?P<s>{HEX}{{32}})(?![\w‹])"),
    Format("SendGrid key", ("sg.",), L + r"SG\.[\w-]{16,32}\.[\w-]{16,64}"),
    Format("Mailgun key", ("key-",), L + r"(?:pub)?key-[0-9a-f]{32}(?![A-Za-z0-9‹])", open=False),
    Format("Mailgun key", ("-",), r"(?<![\w-])[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}(?![\w‹-])", open=False),
    Format("Mailchimp key", ("-us",), L + r"[0-9a-f]{32}-us\d{1,2}(?![\w‹])", open=False),
    Format("Brevo key", ("xkeysib-",), r"xkeysib-[0-9a-f]{40,64}-\w{10,20}"),
    Format("Resend key", ("re_",), L + r"re_[A-Za-z0-9]{8}_[A-Za-z0-9]{20,30}", mixed=True),
    Format("Shopify token", ("shp",), L + r"shp(?:at|ca|pa|ss|tka|ua)_[0-9a-fA-F]{32}"),
    Format("Square token", ("sq0",), L + r"sq0[a-z]{3}-[\w-]{22,60}"),
    Format("Square token", ("eaaa",), APART + r"EAAA[\w-]{55,70}" + END, open=False),
    Format("Facebook token", ("eaa",), APART + r"EAA[A-Z][A-Za-z0-9]{80,300}" + END, open=False),
    Format("Dropbox token", ("sl.",), L + r"sl\.[\w-]{100,2000}"),
    Format("Notion token", ("ntn_",), L + r"ntn_[A-Za-z0-9]{40,60}"),
    Format("Notion token", ("secret_",), L + r"secret_[A-Za-z0-9]{43}(?![A-Za-z0-9‹])", mixed=True, open=False),
    Format("Linear key", ("lin_",), L + r"lin_(?:api|oauth)_[A-Za-z0-9]{32,80}"),
    Format("Figma token", ("figd_",), L + r"figd_[\w-]{36,60}"),
    Format("Airtable token", ("pat",), L + r"pat[A-Za-z0-9]{14}\.[0-9a-f]{64}"),
    Format("Asana token", ("/",), APART + r"\d/\d{12,20}(?:/\d{12,20})?:[0-9a-f]{32}", open=False),
    Format("Typeform token", ("tfp_",), L + r"tfp_[\w.=-]{40,80}"),
    Format("Anthropic key", ("sk-ant-",), L + r"sk-ant-[\w-]{20,200}"),
    Format("OpenAI key", ("t3blbkfj",), L + r"sk-[\w-]{10,200}T3BlbkFJ[\w-]{20,200}"),
    Format("OpenAI key", ("sk-",), L + r"sk-(?:(?:proj|svcacct|admin|or|None)-)?[\w-]{32,200}", mixed=True),
    Format("Hugging Face token", ("hf_", "api_org_"), L + r"(?:hf|api_org)_[A-Za-z0-9]{30,60}"),
    Format("Groq key", ("gsk_",), L + r"gsk_[A-Za-z0-9]{40,60}"),
    Format("xAI key", ("xai-",), L + r"xai-[A-Za-z0-9]{60,100}"),
    Format("Replicate token", ("r8_",), L + r"r8_[A-Za-z0-9]{36,50}"),
    Format("Perplexity key", ("pplx-",), L + r"pplx-[A-Za-z0-9]{40,60}"),
    Format("JSON web token", ("eyj",), r"(?<![\w›.-])eyJ[\w-]{10,8000}(?:\.[\w-]{2,20000}){2,4}(?:\.(?![\w]))?"),
    Format("JSON web token", ("eyj",), r"(?<![\w›.-])eyJ[\w-]{10,8000}\.eyJ[\w-]{10,20000}\.?"),
)


def _held(lengths: str) -> str:
    """A value in a header, or in another place that is made for a secret: not what only stands for one."""
    return rf"(?![\[({{<$%*‹]|\.\.\.)(?P<s>[^\s\"'`,;‹›]{{{lengths}}})"


PLACES: Final = (
    Format(
        "authorization",
        ("authorization",),
        r"(?i)authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?(?:[a-z][\w-]{2,20}\s{1,3}){1,2}" + _held("8,4000"),
        held=True,
    ),
    Format(
        "authorization",
        ("authorization",),
        r"(?i)authorization[\"']?\s{0,3}[:=]\s{0,3}[\"']?" + _held("16,4000"),
        mixed=True,
        held=True,
    ),
    Format("bearer token", ("bearer",), r"(?i)\bbearer[\s:=]{1,3}[\"']?" + _held("16,4000"), mixed=True, held=True),
    Format(
        "session cookie",
        ("cookie:",),
        r"(?i)cookie:[^\n‹]{0,400}?(?:sess|sid|auth)\w{0,20}=" + _held("16,500"),
        mixed=True,
        held=True,
    ),
    Format(
        "password",
        ("pgpassword=", "mysql_pwd=", "sshpass", "redis-cli"),
        r"(?:PGPASSWORD=|MYSQL_PWD=|sshpass -p ?|redis-cli [^\n‹]{0,80}-a )[\"']?" + _held("3,200"),
        held=True,
    ),
    Format(
        "password",
        ("mysql", "mariadb"),
        r"\b(?:mysql|mariadb)\w{0,10}\b[^\n‹|;]{0,200}?\s-p(?!-)[\"']?" + _held("4,200"),
        held=True,
    ),
    Format(
        "password",
        ("--",),
        r"(?i)--(?:\w{1,20}-){0,3}(?:password|passwd|passphrase)(?:=|\s{1,3})[\"']?" + _held("4,200"),
        mixed=True,
        held=True,
    ),
    Format(
        "token",
        ("--",),
        r"(?i)--(?:\w{1,20}-){0,3}(?:token|secret|api-?key|access-key|secret-key|auth-?key)(?:=|\s{1,3})[\"']?"
        + _held("8,500"),
        mixed=True,
        held=True,
    ),
    Format("password", ("pwd=", "password="), r"(?i);\s?(?:pwd|password)=(?P<s>[^\s;\"'$<{*‹›]{4,200})"),
    Format(
        "signed URL",
        ("key=", "token=", "signature="),
        r"(?i)[?&](?:key|signature)=" + r"(?P<s>[\w%+/=.~-]{20,500})",
        mixed=True,
        held=True,
    ),
)

TOKENS: Final = (*CODE, *CLOUDS, *WATCHING, *CHAT, *SERVICES)
