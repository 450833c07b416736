from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "genjin.files"
    label = "files"

    def ready(self) -> None:
        from genjin.files import moves, probes

        probes.register_all()
        moves.register_all()
