import re, pytest
from django.contrib import admin as dj
from django.core.management import call_command
from tests import build
from projects.models import *

@pytest.mark.django_db
def test_smoke(django_assert_max_num_queries):
    call_command("loaddata", "article", verbosity=0)
    p = Project.objects.get(name__contains="热泵")
    build.annual_plan(p, 5*10**8); build.helper(p, build.town()); build.report(p, "2024-03", 5*10**7); build.problem(p)
    b = build.bulletin(kind="sealed", figures={"invested": 5})
    from django.core.files.base import ContentFile
    from projects.actions.evidence import attach
    attach(p.milestones.first(), ContentFile(b"\xff\xd8\xff\xe0 hello hello", name="照片.txt"), by=build.office())
    c = build.browser_of(build.admin())
    for model, ma in dj.site._registry.items():
        base = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        obj = model._base_manager.first()
        urls = [base, base+"add/", f"{base}{obj.pk}/change/", f"{base}{obj.pk}/history/", f"{base}{obj.pk}/delete/"]
        if hasattr(model, "history"): urls.append(f"{base}{obj.pk}/history/{obj.history.first().pk}/")
        for u in urls:
            r = c.get(u)
            text = r.content.decode()
            bad = re.findall(r'<[^>]+ style="[^>]*>|<script(?![^>]*src=)[^>]*>|<style[^>]*>| on\w+="', text)
            vis = re.sub(r"<script.*?</script>|<style.*?</style>", "", text, flags=re.S)
            vis = re.sub(r"<[^>]+>", " ", vis)
            eng = set(re.findall(r"[A-Za-z][A-Za-z' -]{3,}[A-Za-z]", vis))
            print(r.status_code, u, bad[:3], sorted(eng)[:12])
        
    r = c.get("/admin/"); print(r.status_code, r.headers.get("Content-Security-Policy"))
