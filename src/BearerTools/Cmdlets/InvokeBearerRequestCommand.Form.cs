using System.Management.Automation;

namespace BearerTools.Cmdlets;

/// <content>Multipart forms.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>Form fields and files to send as multipart/form-data. A script block returns them for each input.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Form { get; set; }
}
