using System.Globalization;
using BearerTools.Diagnostics.Explaining;
using BearerTools.Security;

namespace BearerTools.Diagnostics;

/// <summary>Formats an event as one English sentence. Numbers and times use the invariant culture; times are local.</summary>
/// <remarks>
/// Values in the queries of addresses are omitted. The caller redacts secrets (<see cref="LiveSecrets"/>) before it shows the sentence.
/// </remarks>
internal static partial class EventText
{
    private const int LongestName = 200;

    public static string Format(DiagnosticEvent e) => e switch
    {
        TokenEvent token => Format(token),
        StoreEvent store => Format(store),
        GrantEvent grant => Format(grant),
        ResponseFlaw flaw => Format(flaw),
        EntraEvent entra => Format(entra),
        RequestEvent request => Format(request),
        MessageEvent message => Format(message),
        PacingEvent pacing => Format(pacing),
        PagingEvent paging => Format(paging),
        DownloadEvent download => Format(download),
        DecisionEvent decision => Explanation.Of(decision)!,
        LibraryLog log => Sentence($"{log.Library} {log.Severity}: {log.Message}"),
        _ => e.ToString(),
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Address(Uri address) => PrintableAddress.Of(address);

    /// <summary>Sanitizes a name from outside, such as a client id or a member of a response.</summary>
    private static string Name(string name) => ServerText.Clean(name, LongestName);

    /// <summary>Ends the text of another author with a full stop.</summary>
    private static string Sentence(string text) => text.EndsWith('.') ? text : text + ".";
}
