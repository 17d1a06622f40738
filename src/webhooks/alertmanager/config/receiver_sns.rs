//! Amazon SNS.

use std::collections::BTreeMap;

use crate::utils::Secret;
use crate::webhooks::alertmanager::config::http_config::HttpConfig;
use crate::webhooks::alertmanager::config::section::Faults;
use crate::webhooks::alertmanager::config::section::Globals;
use crate::webhooks::alertmanager::config::section::NullItem;
use crate::webhooks::alertmanager::config::section::section;

section! {
    /// How requests to AWS are signed. An access key goes with a secret key; with neither, AWS finds them.
    pub struct Sigv4Config;
    example "region = \"eu\".to_owned()" => "region: eu";
    bad "access_key: a" => "missing_field";
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        if it.access_key.is_empty() != it.secret_key.is_empty() {
            let missing = if it.access_key.is_empty() { ("access_key", false) } else { ("secret_key", false) };
            faults.at_least_one(&[missing]);
        }
        if !it.external_id.is_empty() && it.role_arn.is_empty() {
            faults.note(&["external_id"], "config_needs_field", "`external_id` needs `role_arn`");
        }
    };
    /// The region.
    region: String as "region",
    /// The access key.
    access_key: String as "access_key",
    /// The secret key.
    secret_key: Secret as "secret_key",
    /// The profile.
    profile: String as "profile",
    /// The role.
    role_arn: String as "role_arn",
    /// The id that goes with the role.
    external_id: String as "external_id",
    /// Whether roles are taken at the FIPS address.
    use_fips_sts_endpoint: bool as "use_fips_sts_endpoint",
    /// The service that is signed for.
    service_name: String as "service_name",
}

section! {
    /// Messages by Amazon SNS: to a topic, a phone number or a target.
    pub struct SnsConfig;
    example "topic_arn = \"arn\".to_owned()" => "topic_arn: arn";
    bad "subject: a" => "missing_field";
    null_item NullItem::Refused("the settings of a receiver");
    rules |it: &Self, _: Globals<'_>, faults: &mut Faults| {
        let to = [("target_arn", !it.target_arn.is_empty()), ("topic_arn", !it.topic_arn.is_empty()), ("phone_number", !it.phone_number.is_empty())];
        faults.at_least_one(&to);
        // All three are taken: Alertmanager compares them pair by pair.
        if to.iter().filter(|(_, is_set)| *is_set).count() == 2 {
            faults.at_most_one(&to);
        }
    };
    /// Whether it is told that alerts are resolved. Default true.
    send_resolved: bool as "send_resolved" = true,
    /// How the server is spoken to, if not as `global` says.
    http_config: Option<HttpConfig> as "http_config",
    /// Where the API is, if not as AWS says.
    api_url: String as "api_url",
    /// How requests are signed.
    sigv4: Sigv4Config as "sigv4" = Sigv4Config::default(),
    /// The topic.
    topic_arn: String as "topic_arn",
    /// The phone number.
    phone_number: String as "phone_number",
    /// The target.
    target_arn: String as "target_arn",
    /// The subject.
    subject: String as "subject" = "{{ template \"sns.default.subject\" . }}".to_owned(),
    /// The message.
    message: String as "message" = "{{ template \"sns.default.message\" . }}".to_owned(),
    /// Attributes of the message.
    attributes: BTreeMap<String, String> as "attributes",
    /// Whether the HTTP client of AWS is used.
    use_aws_http_client: bool as "use_aws_http_client",
}
