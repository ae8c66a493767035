using System.Collections;
using System.Management.Automation;

namespace BearerTools.Session;

/// <summary>The client name for the User-Agent header. Some servers refuse requests without one.</summary>
internal static class ClientName
{
    public static string Of(PSCmdlet command)
    {
        var engine = (command.GetVariableValue("PSVersionTable") as IDictionary)?["PSVersion"];
        return $"BearerTools/{typeof(BearerSession).Assembly.GetName().Version?.ToString(3)} PowerShell/{engine}";
    }
}
