"""What every page shares: assets, languages, filters, compression, and the pages that say what went wrong."""

from learning.web import assets, compression, errors, filters, i18n, language
from learning.web.context import App, services


def install(app: App) -> None:
    with app.app_context():
        settings = services().settings
    assets.install(app, settings.instance)
    i18n.install(app, settings.instance, settings.language)
    filters.install(app)
    language.install(app)
    compression.install(app)
    errors.install(app)
