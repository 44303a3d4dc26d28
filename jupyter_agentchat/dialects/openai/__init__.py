"""An OpenAI-compatible endpoint: agents as models, chat completions streaming and not."""
