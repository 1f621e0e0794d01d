"""What a phone needs to put the register on its home screen."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, JsonResponse
from django.templatetags.static import static
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from projects.models.district import current_district

GROUND, PAPER = "#12557a", "#ffffff"
"""The ground of the icon, and what is seen while the first page loads."""


@require_safe
@login_not_required
@cache_control(public=True, max_age=300)
def manifest(request: HttpRequest) -> JsonResponse:
    """Browsers ask for it without a session; it names the district and the product, as the sign-in page does."""
    district = current_district()
    icons = [
        {"src": static("projects/icon-192.png"), "sizes": "192x192", "type": "image/png", "purpose": "any"},
        {"src": static("projects/icon-512.png"), "sizes": "512x512", "type": "image/png", "purpose": "any"},
        {
            "src": static("projects/icon-full-512.png"),
            "sizes": "512x512",
            "type": "image/png",
            "purpose": "maskable",
        },
    ]
    content = {
        "name": str(district),
        "short_name": district.product,
        "lang": "zh-Hans",
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": GROUND,
        "background_color": PAPER,
        "icons": icons,
    }
    return JsonResponse(
        content, content_type="application/manifest+json", json_dumps_params={"ensure_ascii": False}
    )
