"""``api/tasks``: answers that run; a task is a stream of the log."""

from __future__ import annotations

from tornado.web import authenticated

from jupyter_agentchat.dialects.openwebui.handlers import WebUIHandler
from jupyter_agentchat.errors import NotFoundError


class TasksHandler(WebUIHandler):
    """``GET api/tasks``."""

    @authenticated
    async def get(self) -> None:
        """List the user's running answers; administrators see all."""
        mine = self.author.id
        live = self.service.live()
        self.answer({"tasks": [row.stream for user, row in live if self.is_admin or user == mine]})


class ChatTasksHandler(WebUIHandler):
    """``GET api/tasks/chat/{chat_id}``."""

    @authenticated
    async def get(self, chat: str) -> None:
        """List what runs in a chat."""
        await self.room(chat)
        self.answer({"task_ids": [row.stream for _, row in self.service.live(chat)]})


class StopHandler(WebUIHandler):
    """``POST api/tasks/stop/{task_id}``."""

    @authenticated
    async def post(self, task: str) -> None:
        """Stop an answer; nothing of it follows when this returns."""
        row = await self.service.stream(task)
        user = next((user for user, each in self.service.live() if each.stream == task), None)
        if user is not None and user != self.author.id and not self.is_admin:
            raise NotFoundError(f"There is no task {task!r} of yours.")
        await self.room(row.channel)
        await self.service.cancel(task)
        self.answer({"status": True, "message": f"Task {task} successfully stopped."})
