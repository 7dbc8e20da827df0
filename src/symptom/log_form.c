/* SPDX-License-Identifier: BSD-2-Clause */
#include "log_form.h"

#define RELAY                                                                                      \
	"relay=(?:none|(?<server>[^\\s\\[,]+)\\[(?<address>[0-9a-f.:]+)\\](?::(?<port>\\d+))?), "
#define DSN    "[^(]*dsn=(?<status>[\\d.]+), status=\\w+ \\((?:delivery temporarily suspended: )?"
#define HOST   "(?<server>[^\\s\\[]+)\\[(?<address>[0-9a-f.:]+)\\](?::(?<port>\\d+))?"
#define EXIM_H "H=(?<server>\\S+) (?:\\([^)]*\\) )?\\[(?<address>[^\\]]+)\\](?::(?<port>\\d+))?"
#define SM_RELAY                                                                                   \
	"relay=(?:(?<server>[^\\s,\\[]+?)\\.?)?(?: ?\\[(?<address>[^\\]]+)\\])?"                   \
	"(?:,| \\(may be forged\\),)"

const struct log_form log_forms[] = {
	/* Postfix, smtp(8), lmtp(8), error(8). */
	{LOG_POSTFIX, LOG_ANSWERED, 25, "",
		"^\\w+: to=<[^>]*>, (?:orig_to=<[^>]*>, )?relay=(?<server>[^\\s\\[,]+)"
		"\\[(?<address>[0-9a-f.:]+)\\]:(?<port>\\d+),.* status=sent",
		"Nov 28 01:25:27 client postfix/smtp[171]: 9F3805DF: to=<user@well.test>, relay=well.test[192.0.2.101]:25, delay=0.3, delays=0.01/0.2/0.02/0.04, dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 1234)"},
	{LOG_POSTFIX, LOG_FAILED, 25, "connect to ", "^connect to " HOST ": (?<error>.+)$",
		"Nov 28 01:25:31 client postfix/smtp[226]: connect to dropped.test[192.0.2.201]:25: Connection timed out"},
	{LOG_POSTFIX, LOG_WAITS, 25, " said: ", RELAY DSN "host \\S+ said: (?<reply>.*)\\)$",
		"Nov 28 01:25:27 client postfix/smtp[201]: A6576634: to=<user@unknown-user.test>, relay=unknown-user.test[192.0.2.118]:25, delay=0.06, delays=0.01/0/0/0.04, dsn=5.1.1, status=bounced (host unknown-user.test[192.0.2.118] said: 550 5.1.1 <nobody@test>: Recipient address rejected: User unknown (in reply to RCPT TO command))"},
	{LOG_POSTFIX, LOG_WAITS, 25, " refused to talk to me: ",
		RELAY DSN "host \\S+ refused to talk to me: (?<greeting>.*)\\)$",
		"Nov 28 01:25:27 client postfix/smtp[171]: DC0905E5: to=<user@rejects.test>, relay=rejects.test[192.0.2.105]:25, delay=0.27, delays=0.03/0.22/0.02/0, dsn=4.7.1, status=deferred (host rejects.test[192.0.2.105] refused to talk to me: 554 5.7.1 mx.test No SMTP service here)"},
	{LOG_POSTFIX, LOG_WAITS, 25, ", status=", RELAY DSN "(?<error>.*)\\)$",
		"Nov 28 01:25:27 client postfix/smtp[193]: 4E62360A: to=<user@plain.test>, relay=plain.test[192.0.2.111]:25, delay=0.08, delays=0.02/0.06/0/0, dsn=4.7.4, status=deferred (TLS is required, but was not offered by host plain.test[192.0.2.111])"},
	{LOG_POSTFIX, LOG_FAILED, 25, " said: ", "^\\w+: host " HOST " said: (?<reply>.*)$",
		"Nov 28 01:25:27 client postfix/smtp[201]: D25CA646: host busy.test[192.0.2.122] said: 421 4.3.2 Service not available, closing transmission channel (in reply to MAIL FROM command)"},
	{LOG_POSTFIX, LOG_FAILED, 25, " refused to talk to me: ",
		"^\\w+: host " HOST " refused to talk to me: (?<greeting>.*)$",
		"Nov 28 01:25:27 client postfix/smtp[171]: DC0905E5: host rejects.test[192.0.2.105] refused to talk to me: 554 5.7.1 mx.test No SMTP service here"},
	{LOG_POSTFIX, LOG_FAILED, 25, "lost connection with ",
		"^\\w+: (?<error>lost connection with " HOST " while .*)$",
		"Nov 28 01:25:27 client postfix/smtp[171]: B48805E1: lost connection with closes.test[192.0.2.103] while receiving the initial server greeting"},
	{LOG_POSTFIX, LOG_FAILED, 25, " timed out while ",
		"^\\w+: (?<error>conversation with " HOST " timed out while .*)$",
		"Nov 28 01:25:29 client postfix/smtp[163]: A38735DD: conversation with silent.test[192.0.2.102] timed out while receiving the initial server greeting"},
	{LOG_POSTFIX, LOG_FAILED, 25, "SSL_connect error to ",
		"^(?<error>SSL_connect error to " HOST ": .*)$",
		"Nov 28 01:25:30 client postfix/smtp[193]: SSL_connect error to tls-silent.test[192.0.2.114]:25: Connection timed out"},
	{LOG_POSTFIX, LOG_FAILED, 25, "TLS is required",
		"^\\w+: (?<error>TLS is required, but .*host " HOST ".*)$",
		"Nov 28 01:25:27 client postfix/smtp[193]: 4E62360A: TLS is required, but was not offered by host plain.test[192.0.2.111]"},

	/* Exim's main log. What comes in is told apart first. */
	{LOG_EXIM, LOG_NOTHING, 0, " rejected ",
		"^(?!.*SMTP error from remote mail server).* rejected (?:RCPT|MAIL|EHLO|HELO|VRFY|EXPN|DATA|after|during|connection|from)",
		"2026-11-28 01:26:49 H=(helo.test) [192.0.2.9] F=<a@example.com> rejected RCPT <b@example.com>: relay not permitted"},
	{LOG_EXIM, LOG_NOTHING, 0, " <= ", "^\\S+ <= ",
		"2026-11-28 01:26:49 1vOnTt-00000u-0o <= me@client.test H=(helo.test) [192.0.2.9] P=esmtp S=310"},
	{LOG_EXIM, LOG_NOTHING, 0, "SMTP ",
		"^(?:\\S+ )?SMTP (?:connection|protocol|data|command|syntax|call)",
		"2026-11-28 01:26:49 SMTP connection from [192.0.2.9] lost D=1s"},
	{LOG_EXIM, LOG_NOTHING, 0, "TLS error on connection from ",
		"^TLS error on connection from ",
		"2026-11-28 01:26:49 TLS error on connection from (scan) [192.0.2.9] (SSL_accept): timed out"},
	{LOG_EXIM, LOG_ANSWERED, 25, "> ", "^\\S+ [=*\\-]> .* " EXIM_H,
		"2026-11-28 01:26:49 1vOnTt-00000u-0o => user@well.test R=out T=remote H=well.test [192.0.2.101] C=\"250 2.0.0 Ok: queued as 1234\""},
	{LOG_EXIM, LOG_WAITS, 25, "mail server after initial connection: ",
		"^\\S+ (?:==|\\*\\*) .* " EXIM_H
		".*mail server after initial connection: (?<greeting>.*)$",
		"2026-11-28 01:26:49 1vOnTt-00000w-0q ** user@rejects.test R=out T=remote H=rejects.test [192.0.2.105]: SMTP error from remote mail server after initial connection: 554 5.7.1 mx.test No SMTP service here"},
	{LOG_EXIM, LOG_WAITS, 25, "SMTP error from remote mail server after ",
		"^\\S+ (?:==|\\*\\*) .* " EXIM_H ".*SMTP error from remote mail server after (?!STARTTLS)[^:]+(?::<[^>]*>[^:]*)?: (?<reply>[245]\\d\\d.*)$", "2026-11-28 01:26:49 1vOnTt-00000w-0q ** user@spam.test R=out T=remote H=spam.test [192.0.2.120]: SMTP error from remote mail server after end of data: 554 5.7.1 Message rejected as spam by content filter"},
	{LOG_EXIM, LOG_NOTHING, 0, "retry time not reached", "retry time not reached",
		"2026-11-28 01:26:49 1vOnTt-00000w-0q == user@dropped.test R=out T=remote defer (-53): retry time not reached for any host for 'dropped.test'"},
	{LOG_EXIM, LOG_WAITS, 25, "== ", "^\\S+ == \\S+ .*?defer \\([-\\d]+\\):? (?<error>.*)$",
		"2026-11-28 01:26:31 1xX7Co-00006V-0h == user@silent.test R=out T=remote defer (110): Connection timed out H=silent.test [192.0.2.102]:25: SMTP timeout after initial connection"},
	{LOG_EXIM, LOG_WAITS, 25, "** ",
		"^\\S+ \\*\\* \\S+ (?:<[^>]*> )?(?:[A-Z]=\\S+ )*(?<error>.*)$",
		"2026-11-28 01:26:49 1vOnTt-00000w-0q ** user@closes.test R=out T=remote H=closes.test [192.0.2.103]:25: Remote host closed connection in response to initial connection"},
	{LOG_EXIM, LOG_FAILED, 25, "mail server after initial connection: ",
		"^\\S+ " EXIM_H ".*mail server after initial connection: (?<greeting>.*)$",
		"2026-11-28 01:26:49 1vOnTt-00000w-0q H=crowded.test [192.0.2.106]: SMTP error from remote mail server after initial connection: 421 4.7.0 mx.test Error: too many connections from 192.0.2.10"},
	{LOG_EXIM, LOG_FAILED, 25, "SMTP error from remote mail server after ",
		"^\\S+ " EXIM_H
		".*SMTP error from remote mail server after (?!STARTTLS)[^:]+(?::<[^>]*>[^:]*)?: (?<reply>[245]\\d\\d.*)$",
		"2026-11-28 01:26:49 1vOnTt-00000w-0q H=full.test [192.0.2.119]: SMTP error from remote mail server after RCPT TO:<user@full.test>: 452 4.2.2 over quota"},
	{LOG_EXIM, LOG_FAILED, 25, "H=", "^\\S+ " EXIM_H ":? (?<error>.*)$",
		"2026-11-28 01:26:49 1vOnTt-00000w-0q H=dropped.test [192.0.2.201] Connection timed out"},
	{LOG_EXIM, LOG_FAILED, 25, "TLS error on ",
		"^(?:\\S+ )?(?<error>TLS error on connection to .*)$",
		"2026-11-28 01:26:49 1vOnTt-00000w-0q TLS error on connection to mx.example.com [192.0.2.25] (gnutls_handshake): timed out"},

	/* Sendmail. Without reply= it is Sendmail itself that speaks, in the form of replies. */
	{LOG_SENDMAIL, LOG_ANSWERED, 25, "stat=Sent", "^\\w+: to=.*\\b" SM_RELAY " .*stat=Sent",
		"Nov 28 01:29:48 client sendmail[171]: 6AS1TmLo000171: to=user@well.test, ctladdr=me@client.test (64005/64005), delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=30070, relay=well.test. [192.0.2.101], dsn=2.0.0, stat=Sent (2.0.0 Ok: queued as 1234)"},
	{LOG_SENDMAIL, LOG_WAITS, 25, "reply=",
		"^\\w+: to=.*\\b" SM_RELAY " dsn=(?<status>[\\d.]+), reply=(?<reply>.*), stat=",
		"Nov 28 01:29:48 client sendmail[203]: 6AS1TmRQ000203: to=user@busy.test, ctladdr=me@client.test (64005/64005), delay=00:00:00, xdelay=00:00:00, mailer=esmtp, pri=30070, relay=busy.test. [192.0.2.122], dsn=4.0.0, reply=421 4.3.2 Service not available, closing transmission channel, stat=Deferred: 421 4.3.2 Service not available, closing transmission channel"},
	{LOG_SENDMAIL, LOG_FAILED, 25,
		"stat=", "^\\w+: to=.*\\b" SM_RELAY " dsn=(?<error>(?<status>[\\d.]+), stat=.*)$",
		"Nov 28 01:29:51 client sendmail[214]: 6AS1TmYa000214: to=user@dropped.test, ctladdr=me@client.test (64005/64005), delay=00:00:03, xdelay=00:00:03, mailer=esmtp, pri=30079, relay=dropped.test. [192.0.2.201], dsn=4.4.1, stat=Deferred: Connection timed out with dropped.test."},

	/* OpenSMTPD, mta. */
	{LOG_OPENSMTPD, LOG_OPENED,
		25, "mta connecting address=", "^[0-9a-f]{16} mta connecting address=\\w+(?:\\+\\w+)?://(?<address>[^:/\\s]+|\\[[^\\]]+\\]):(?<port>\\d+) host=(?<server>\\S+)", "Nov 28 01:28:09 client smtpd[900]: 59b1a4a3f6a2c1d0 mta connecting address=smtp://192.0.2.202:25 host=refused.test"},
	{LOG_OPENSMTPD, LOG_ANSWERED, 25, "result=\"Ok\"",
		"^[0-9a-f]{16} mta delivery .* relay=\"(?<address>[0-9a-fA-F.:]+) \\((?<server>[^)]+)\\)\" .*result=\"Ok\"",
		"Nov 28 01:28:09 client smtpd[900]: 59b1a4a3f6a2c1d0 mta delivery evpid=0123456789abcdef from=<me@client.test> to=<user@well.test> rcpt=<-> source=\"192.0.2.10\" relay=\"192.0.2.101 (well.test)\" delay=0s result=\"Ok\" stat=\"250 2.0.0 Ok: queued as 1234\""},
	{LOG_OPENSMTPD, LOG_WAITS, 25, "mta delivery ",
		"^[0-9a-f]{16} mta delivery .* relay=\"(?<address>[0-9a-fA-F.:]+) \\((?<server>[^)]+)\\)\" .*result=\"\\w+\" stat=\"(?<reply>[45]\\d\\d.*)\"",
		"Nov 28 01:28:09 client smtpd[900]: 59b1a4a3f6a2c1d0 mta delivery evpid=0123456789abcdef from=<me@client.test> to=<user@full.test> rcpt=<-> source=\"192.0.2.10\" relay=\"192.0.2.119 (full.test)\" delay=0s result=\"TempFail\" stat=\"452 4.2.2 over quota\""},
	{LOG_OPENSMTPD, LOG_WAITS, 25, "mta delivery ",
		"^[0-9a-f]{16} mta delivery .*to=<[^>]*>.*relay=\"(?|(?<address>[0-9a-fA-F.:]+) \\((?<server>[^)]+)\\)|(?<address>)(?<server>[^\"]*))\" .*result=\"\\w+\" stat=\"(?<error>.*)\"",
		"Nov 28 01:28:09 client smtpd[900]: 0000000000000000 mta delivery evpid=0123456789abcdef from=<me@client.test> to=<user@refused.test> rcpt=<-> source=\"-\" relay=\"refused.test\" delay=0s result=\"TempFail\" stat=\"Network error on destination MXs\""},
	{LOG_OPENSMTPD, LOG_FAILED, 25, "BANNER rejected: ",
		"^[0-9a-f]{16} mta error reason=BANNER rejected: (?<greeting>.*)$",
		"Nov 28 01:28:51 client smtpd[158]: abd4b8a032791352 mta error reason=BANNER rejected: 554 5.7.1 mx.test No SMTP service here"},
	{LOG_OPENSMTPD, LOG_FAILED, 25,
		"mta error reason=", "^[0-9a-f]{16} mta error reason=(?<error>.*)$",
		"Nov 28 01:28:09 client smtpd[900]: 59b1a4a3f6a2c1d0 mta error reason=IO Error: Connection refused"},
	{LOG_OPENSMTPD, LOG_NOTHING, 0, "smtp ", "^[0-9a-f]{16} smtp ",
		"Nov 28 01:28:09 client smtpd[900]: 59b1a49f7e6d8a20 smtp connected address=127.0.0.1 host=localhost"},

	/* Dovecot: as a proxy it is a client; else it tells of its own ports. Clients that give up
	 * during TLS are anybody, a scanner mostly; those that refuse the certificate are not. */
	{LOG_DOVECOT, LOG_FAILED, 0, "proxy(",
		"proxy\\([^,)]*,\\[?(?<address>[0-9a-f.:]+?)\\]?:(?<port>\\d+)\\): (?<error>.*?)(?:: user=<|$)",
		"Nov 28 01:28:04 imap-login: Error: proxy(refused,192.0.2.202:25): connect(192.0.2.202, 25) failed: Connection refused (after 3 secs, 3 reconnects, local=192.0.2.10:46186): user=<refused>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, secured, session=<c+psFkxh+NF/AAAB>"},
	{LOG_DOVECOT, LOG_ANSWERED, 0, "Login: ",
		"^[a-z0-9]+-login: (?:Info: )?Login: user=.* lip=(?<address>[0-9a-f.:]+)",
		"Nov 28 01:28:01 imap-login: Info: Login: user=<me>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, mpid=939, secured, session=<3LhlFkxhxtB/AAAB>"},
	{LOG_DOVECOT, LOG_FAILED, 993, "alert ",
		"^imap-login: .*lip=(?<address>[0-9a-f.:]+), TLS handshaking: (?<error>.*alert (?:unknown ca|certificate unknown|certificate expired|bad certificate).*?)(?:, session|$)", "Nov 28 01:28:06 imap-login: Info: Disconnected: Connection closed: SSL_accept() failed: error:0A000418:SSL routines::tlsv1 alert unknown ca: SSL alert number 48 (no auth attempts in 0 secs): user=<>, rip=127.0.0.1, lip=127.0.0.1, TLS handshaking: SSL_accept() failed: error:0A000418:SSL routines::tlsv1 alert unknown ca: SSL alert number 48, session=<Ik6xFkxhFqV/AAAB>"},
	{LOG_DOVECOT, LOG_FAILED, 995, "alert ",
		"^pop3-login: .*lip=(?<address>[0-9a-f.:]+), TLS handshaking: (?<error>.*alert (?:unknown ca|certificate unknown|certificate expired|bad certificate).*?)(?:, session|$)",
		"Nov 28 01:28:06 mail dovecot: pop3-login: Disconnected: Connection closed: SSL_accept() failed: error:0A000418:SSL routines::tlsv1 alert unknown ca: SSL alert number 48 (no auth attempts in 0 secs): user=<>, rip=127.0.0.1, lip=127.0.0.1, TLS handshaking: SSL_accept() failed: error:0A000418:SSL routines::tlsv1 alert unknown ca: SSL alert number 48, session=<Ik6xFkxhFqV/AAAB>"},
	{LOG_DOVECOT, LOG_FAILED, 0, "listen(",
		"service\\([^)]*\\): listen\\([^,)]*, (?<port>\\d+)\\) failed: (?<error>.*)$",
		"Nov 28 01:28:07 master: Error: service(imap-login): listen(*, 993) failed: Address already in use"},
	{LOG_DOVECOT, LOG_FAILED, 143, "imap-login): process_limit",
		"service\\(imap-login\\): (?<error>process_limit .*)$",
		"Nov 28 01:28:07 mail dovecot: master: Warning: service(imap-login): process_limit (100) reached, client connections are being dropped"},
	{LOG_DOVECOT, LOG_FAILED, 110, "pop3-login): process_limit",
		"service\\(pop3-login\\): (?<error>process_limit .*)$",
		"Nov 28 01:28:07 mail dovecot: master: Warning: service(pop3-login): process_limit (100) reached, client connections are being dropped"},
	{LOG_DOVECOT, LOG_FAILED, 0, "Maximum number of connections",
		"(?<error>Maximum number of connections from user\\+IP exceeded.*?)(?:: user=|, session|$)",
		"Nov 28 01:28:07 mail dovecot: imap-login: Maximum number of connections from user+IP exceeded (mail_max_userip_connections=2): user=<me>, method=PLAIN, rip=127.0.0.1, lip=127.0.0.1, secured"},

	/* qmail-send; its underlines are blanks here. */
	{LOG_QMAIL, LOG_ANSWERED, 25,
		": success: ", "delivery \\d+: success: (?<address>[0-9a-f.:]+) accepted message",
		"@400000006929a1f20a1b2c3d delivery 1: success: 192.0.2.25_accepted_message./Remote_host_said:_250_ok_1234_qp_5678/"},
	{LOG_QMAIL, LOG_WAITS, 25, "greeting failed",
		"delivery \\d+: \\w+: Connected to (?<address>[0-9a-f.:]+) but greeting failed\\./Remote host said: (?<greeting>.*)$",
		"@400000006929a1f20a1b2c3d delivery 2: deferral: Connected_to_192.0.2.25_but_greeting_failed./Remote_host_said:_421_too_many_connections/"},
	{LOG_QMAIL, LOG_WAITS, 25, "Remote host said: ",
		"delivery \\d+: \\w+: (?:Connected to )?(?<address>[0-9a-f.:]+) .*?Remote host said: (?<reply>.*)$",
		"@400000006929a1f20a1b2c3d delivery 3: failure: 192.0.2.25_does_not_like_recipient./Remote_host_said:_550_no_such_user/Giving_up_on_192.0.2.25./"},
	{LOG_QMAIL, LOG_WAITS, 25, "onnected to ",
		"delivery \\d+: (?:deferral|failure): (?<error>(?:I )?connected to (?<address>[0-9a-f.:]+) .*)$",
		"@400000006929a1f20a1b2c3d delivery 4: deferral: Connected_to_192.0.2.25_but_connection_died._(#4.4.2)/"},
	{LOG_QMAIL, LOG_WAITS, 25, "delivery ",
		"delivery \\d+: (?:deferral|failure): (?<error>.*)$",
		"@400000006929a1f20a1b2c3d delivery 5: deferral: Sorry,_I_wasn't_able_to_establish_an_SMTP_connection._(#4.4.1)/"},
};
const size_t log_form_count = sizeof(log_forms) / sizeof(log_forms[0]);

static const char *const names[] = {
	[LOG_POSTFIX] = "postfix",
	[LOG_EXIM] = "exim",
	[LOG_SENDMAIL] = "sendmail",
	[LOG_OPENSMTPD] = "opensmtpd",
	[LOG_DOVECOT] = "dovecot",
	[LOG_QMAIL] = "qmail",
};

const char *log_source_name(enum log_source source)
{
	return names[source];
}
