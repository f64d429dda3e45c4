#include "brevduva/inbox/incoming.h"

const char *const bd_incoming_kind_names[] = {
    [BD_INCOMING_UNREADABLE] = "unreadable",
    [BD_INCOMING_BOUNCE] = "bounce",
    [BD_INCOMING_DELAY] = "delay",
    [BD_INCOMING_DELIVERED] = "delivered",
    [BD_INCOMING_COMPLAINT] = "complaint",
    [BD_INCOMING_AUTO_REPLY] = "auto-reply",
    [BD_INCOMING_CHALLENGE] = "challenge",
    [BD_INCOMING_COMMAND] = "command",
    [BD_INCOMING_HUMAN] = "human",
};

const char *const bd_incoming_command_names[] = {
    [BD_COMMAND_NONE] = "none",
    [BD_COMMAND_SUBSCRIBE] = "subscribe",
    [BD_COMMAND_UNSUBSCRIBE] = "unsubscribe",
    [BD_COMMAND_HELP] = "help",
    [BD_COMMAND_SUBSCRIPTION] = "subscription",
    [BD_COMMAND_TIP] = "tip",
};
