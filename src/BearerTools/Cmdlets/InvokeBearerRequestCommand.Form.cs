using System.Management.Automation;

namespace BearerTools.Cmdlets;

/// <content>Forms with files.</content>
public sealed partial class InvokeBearerRequestCommand
{
    /// <summary>The fields of a form, sent as multipart/form-data; for each input also a script block over it.</summary>
    [Parameter]
    [ValidateNotNull]
    public object? Form { get; set; }
}
