namespace BearerTools.Diagnostics;

/// <content>Messages on the wire, marked by their direction as other HTTP tools do. They are no sentences.</content>
internal static partial class EventText
{
    private static string Format(MessageEvent e) => e switch
    {
        MessageTraced message => Marked(message.Head.ToString(), message.IsResponse),
        BodyTraced body => $"{(body.IsResponse ? "<" : ">")}\n{body.Body.Text}",
        _ => e.ToString(),
    };

    private static string Marked(string head, bool isResponse)
    {
        var mark = isResponse ? "< " : "> ";
        return mark + head.Replace("\n", $"\n{mark}", StringComparison.Ordinal);
    }
}
