"""Token prefixes of well-known issuers, who document them so that leaked tokens can be found.

Tokens without such a prefix are found by their randomness (`randomness.py`) or by the name of their field
(`names.py`), or are hidden because their field is not known to be harmless.
"""

from __future__ import annotations

_BY_LEAST = {
    6: (  # used for keys and hardly anything else
        "sk- sk_ pk- pk_live_ pk_test_ rk- rk_ whsec_",  # OpenAI, Anthropic, Stripe, LiteLLM
        "xoxa- xoxb- xoxc- xoxd- xoxe- xoxe. xoxo- xoxp- xoxr- xoxs- xapp- xwfp-",  # Slack
        "ghp_ gho_ ghu_ ghs_ ghr_ github_pat_",  # GitHub
        "glpat- gldt- glrt- glrtr- glcbt- glptt- glft- glimt-",  # GitLab
        "glagent- glsoat- glffct- gloas- glwt- GR1348941",
        "eyJ",  # JSON in base64: JSON Web Tokens, Grafana's old keys
    ),
    8: (
        "dop_v1_ doo_v1_ dor_v1_",  # DigitalOcean
        "ATATT3 ATCTT3 ATBB BBDC-",  # Atlassian
        "hvs. hvb. hvr.",  # HashiCorp Vault
        "dckr_pat_ dckr_oat_",  # Docker
        "sbp_ sb_secret_",  # Supabase
        "vcp_ vci_ vca_ vcr_ vck_",  # Vercel
        "lin_api_ lin_oauth_ ntn_",  # Linear, Notion
        "glsa_ glc_",  # Grafana
        "shpat_ shpca_ shppa_ shpss_",  # Shopify
        "sq0atp- sq0csp- EAAA",  # Square
        "PMAK- PMAT-",  # Postman
        "NRAK- NRII- NRJS- NRRA-",  # New Relic
        "sntrys_ sntryu_",  # Sentry
        "pscale_tkn_ pscale_oauth_ pscale_pw_",  # PlanetScale
        "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.",  # Doppler
        "xkeysib- xsmtpsib-",  # Brevo
        "SG.",  # SendGrid
        "gsk_ xai- pplx- nvapi- tvly- r8_ csk- jina_ pcsk_ fw_ lsv2_pt_ lsv2_sk_ e2b_",  # language models
        "hf_ api_org_ wandb_v1_",  # Hugging Face, Weights & Biases
        "npm_ pypi- rubygems_ oy2 CLOJARS_",  # package registries
        "ops_eyJ A3- AGE-SECRET-KEY-",  # 1Password, age
        "tskey- figd_ figu_ sgp_ napi_ tfp_ ico- pul- rdme_ dapi",
        "dt0c01. dt0s01. dt0s16. rnd_ nfp_ HRKU-",
        "fo1_ fm1a_ fm1r_ fm2_",  # Fly.io
        "EZAK EZTK shippo_live_ shippo_test_ duffel_live_ duffel_test_ FLWSECK_TEST- FLWSECK-",
        "apify_api_ phx_ phc_ squ_ sqp_ sqa_ snyk_uat. snyk_sat. CFPAT- CCIPAT_ CCIPRJ_ bkua_ sha256~",
        "ABSK bedrock-api-key- AQoDYXdz IQoJb3JpZ2lu FwoGZXIvYXdz",  # AWS: Bedrock keys, session tokens
        "ya29. GOCSPX- AIza 1//0 AQ.Ab",  # Google
        "LTAI AKCp cmVmd p8e- s-s4t2ud- s-s4t2af- fio-u- pat-na1- pat-eu1- pk.eyJ sk.eyJ tk.eyJ",
        "LS0tLS1CRUdJTi gAAAAA ZXlK",  # in base64: a PEM file, Fernet, a JSON Web Token
    ),
}


def _by_two() -> dict[str, tuple[tuple[str, int], ...]]:
    table: dict[str, tuple[tuple[str, int], ...]] = {}
    for least, lines in _BY_LEAST.items():
        for beginning in " ".join(lines).split():
            table[beginning[:2]] = (*table.get(beginning[:2], ()), (beginning, least))
    return table


BEGINNINGS = _by_two()
"""Maps the first two characters to prefixes, each with the minimum number of characters that follow it."""
