from learning.web.context import App


def install(app: App) -> None:
    pass
