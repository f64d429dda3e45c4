"""HTTPS in front of a server that speaks HTTP, as a web server would do it:
octets are handed on as they are."""
import asyncio
import ssl
import threading

from .common import free_port, make_certificate


class Front:
    """Certificate for `name`, in `folder`; hands on to the port `behind`, which
    may be set later."""

    def __init__(self, folder, name, behind=None):
        self.files = make_certificate(folder, name)
        self.port = free_port()
        self.behind = behind

    def __enter__(self):
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever)
        self.thread.start()
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*self.files)
        self.server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", self.port,
                                 ssl=context), self.loop).result(10)
        return self

    def __exit__(self, *_):
        asyncio.run_coroutine_threadsafe(self._close(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(10)
        self.loop.close()

    async def _close(self):
        self.server.close()
        tasks = [t for t in asyncio.all_tasks() if t is not
                 asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _serve(self, reader, writer):
        try:
            inner_reader, inner_writer = await asyncio.open_connection(
                "127.0.0.1", self.behind)
        except OSError:
            writer.close()
            return
        try:
            await asyncio.gather(self._copy(reader, inner_writer),
                                 self._copy(inner_reader, writer))
        except (OSError, ssl.SSLError):
            pass
        finally:
            inner_writer.close()
            writer.close()

    @staticmethod
    async def _copy(reader, writer):
        while octets := await reader.read(65536):
            writer.write(octets)
            await writer.drain()
        writer.close()
