//! The codes of what can be wrong with channels.

use crate::utils::ErrorCode;

/// The codes of channels.
pub(crate) const CHANNEL_CODES: &[ErrorCode] = &[
    ErrorCode::new(
        "invalid_file_path",
        "The text is not the path of a file.",
        "\"\"",
        "Write 1 to 4,096 characters without control characters.",
    ),
    ErrorCode::new(
        "invalid_message_text",
        "The text of a message is empty or too long.",
        "\"\"",
        "Leave the field out for the wording of the sender, or write 1 to 65,536 characters.",
    ),
    ErrorCode::new("invalid_channel_name", "The name is empty or too long.", "\"\"", "Write 1 to 1,024 characters."),
    ErrorCode::new(
        "invalid_email_address",
        "The text is not an e-mail address.",
        "\"Ops <ops@example.org>\"",
        "Write the address alone, such as ops@example.org.",
    ),
    ErrorCode::new(
        "invalid_phone_number",
        "The text is not a phone number in the form of E.164.",
        "\"0151 1234\"",
        "Write `+`, the country and the number, without blanks.",
    ),
    ErrorCode::new(
        "invalid_service_url",
        "The text is not the address of a service.",
        "\"api.opsgenie.com\"",
        "Start it with https:// and escape what is not a letter, a digit or one of `-._~:/?=&+,`.",
    ),
    ErrorCode::new(
        "invalid_telegram_chat",
        "The text is not the number of a chat.",
        "\"@ops\"",
        "Write the number that Telegram gives, negative for groups.",
    ),
    ErrorCode::new(
        "invalid_host_name",
        "The text is not the name of a host.",
        "\"mail:25\"",
        "Write the name alone; the port has a field of its own.",
    ),
    ErrorCode::new(
        "invalid_sms_sender",
        "The sender of a text message is not 1 to 11 letters and digits.",
        "\"Alerts & more\"",
        "Use at most 11 letters and digits.",
    ),
    ErrorCode::new(
        "invalid_opsgenie_responder_kind",
        "The kind of a responder is not known.",
        "\"group\"",
        "Use team, user, escalation or schedule.",
    ),
    ErrorCode::new(
        "invalid_telegram_markup",
        "The markup is not one that Telegram knows.",
        "\"rst\"",
        "Use none, markdown, markdownv2 or html.",
    ),
    ErrorCode::new(
        "channel_timeout_out_of_range",
        "A request may take no time, or more than 10 minutes.",
        "{\"timeout\": \"0s\"}",
        "Use a time up to 10 minutes, such as 30s.",
    ),
    ErrorCode::new("channel_pool_out_of_range", "There are no connections, or more than 1,000.", "{\"pool_size\": 0}", "Use 1 to 1,000."),
    ErrorCode::new(
        "channel_without_way",
        "A channel has no way to its service, or two.",
        "{\"slack\": {}}",
        "Set exactly one of `webhook` and `app_token`.",
    ),
    ErrorCode::new(
        "channel_url",
        "A secret that is an address has no `http://` or `https://`, or no host.",
        "{\"webhook\": {\"url\": {\"secret\": \"hooks\"}}}",
        "Write the whole address.",
    ),
    ErrorCode::new("channel_key_empty", "A secret is empty.", "{\"secret\": \"\"}", "Write the secret, or the file that holds it."),
    ErrorCode::new(
        "slack_without_channel",
        "An app of Slack has no channel to post to.",
        "{\"app_token\": {\"secret\": \"xoxb-1\"}}",
        "Set `channel`.",
    ),
    ErrorCode::new("email_without_recipient", "An e-mail has no recipient.", "{\"to\": []}", "Add an address to `to`."),
    ErrorCode::new("email_port_out_of_range", "A port is not 1 to 65,535.", "{\"port\": 0}", "Use a port such as 587."),
    ErrorCode::new("email_port_without_server", "A port is set, but no server.", "{\"port\": 25}", "Set `server` too."),
    ErrorCode::new(
        "email_password_without_name",
        "A password is set, but no name to log in with.",
        "{\"password\": {\"secret\": \"a\"}}",
        "Set `username` too.",
    ),
];
