/** The widget on this page is open as soon as it is there. */
(window.Cx = window.Cx || function () { (Cx.q = Cx.q || []).push(arguments); })('open');
